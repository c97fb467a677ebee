# status: skipped
{ config, ... }:
{
  sops.defaultSopsFile = ./secrets.yaml;
  sops.secrets.db = { };
  virtualisation.oci-containers.containers.db = {
    image = "postgres:16";
    environment.POSTGRES_PASSWORD_FILE = "/run/secrets/db";
    environment.POSTGRES_PASSWORD = config.sops.placeholder.db;
    volumes = [ "${config.sops.secrets.db.path}:/run/secrets/db:ro" ];
  };
}
