# status: skipped
{ config, ... }:
{
  virtualisation.oci-containers.containers.db = {
    image = "postgres:16";
    environment = {
      POSTGRES_PASSWORD = "$DB_PASSWORD";
      DB_PASSWORD = "\${DB_PASSWORD}";
      PGPASSWORD = "";
      POSTGRES_PASSWORD_FILE = "/run/secrets/db";
    };
    extraOptions = [ "--env=DB_PASSWORD" "-e" "POSTGRES_USER=immich" ];
  };
}
