{ config, ... }:
{
  age.secrets.db.file = ./secrets/db.age;
  age.secrets.immich.file = ./secrets/db.age;
  virtualisation.oci-containers.containers = {
    immich-postgres = {
      image = "ghcr.io/immich-app/postgres:14-vectorchord0.4.3";
      environment.POSTGRES_PASSWORD_FILE = "/run/secrets/password";
      volumes = [ "${config.age.secrets.db.path}:/run/secrets/password:ro" ];
    };
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:release";
      environment = { DB_HOSTNAME = "immich-postgres"; DB_PASSWORD_FILE = "/secrets/db"; };
      volumes = [ "${config.age.secrets.immich.path}:/secrets/db" ];
    };
  };
}
