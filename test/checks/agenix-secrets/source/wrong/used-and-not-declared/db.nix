{ config, ... }:
{
  virtualisation.oci-containers.containers.db = {
    image = "postgres:16";
    environment.POSTGRES_PASSWORD_FILE = "/run/secrets/db";
    volumes = [
      "/var/lib/db:/var/lib/postgresql/data"
      "${config.age.secrets.db.path}:/run/secrets/db:ro" # wrong: agenix-secrets
    ];
  };
}
