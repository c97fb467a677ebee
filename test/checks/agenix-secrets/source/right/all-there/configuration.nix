{ config, lib, ... }:
{
  age.secrets = lib.genAttrs [ "db" ] (name: { file = ./secrets + "/${name}.age"; }) // {
    env = { file = ./secrets/env.age; path = "/run/secrets/env"; };
  };
  virtualisation.oci-containers.containers = {
    db = {
      image = "postgres:16";
      environment = { POSTGRES_PASSWORD_FILE = "/run/secrets/db"; POSTGRES_USER = "immich"; };
      environmentFiles = [ config.age.secrets.env.path ];
      volumes = [ "${config.age.secrets.db.path}:/run/secrets/db:ro" ];
    };
    server = {
      image = "example.org/server:1";
      environment = { DB_PASSWORD_FILE = "/run/db"; DB_HOSTNAME = "db"; };
      volumes = [ "/run/agenix/db:/run/db:ro" ];
    };
  };
}
