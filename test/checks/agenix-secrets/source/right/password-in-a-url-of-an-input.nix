# status: unknown
{ config, lib, inputs, ... }:
{
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:16";
    environment.DB_URL = "postgresql://immich:${inputs.secrets.password}@db/immich";
  };
}
