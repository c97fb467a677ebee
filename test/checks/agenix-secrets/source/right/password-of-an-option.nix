# status: unknown
{ config, lib, inputs, ... }:
{
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:16";
    environment.POSTGRES_PASSWORD = "${config.site.passwords.db}";
  };
}
