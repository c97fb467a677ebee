# status: unknown
{ config, lib, ... }:
{
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:16";
    environment = lib.mkIf config.machine.isTest { POSTGRES_PASSWORD = "postgres"; };
  };
}
