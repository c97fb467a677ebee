{ ... }:
let password = "hunter2"; in
{
  virtualisation.oci-containers.containers = {
    immich-postgres = {
      image = "ghcr.io/immich-app/postgres:14-vectorchord0.4.3";
      environment.POSTGRES_PASSWORD = password; # wrong: agenix-secrets
    };
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:release";
      environment = { DB_HOSTNAME = "immich-postgres"; } // {
        DB_PASSWORD = "${password}"; # wrong: agenix-secrets
      };
      extraOptions = [
        "--env=POSTGRES_PASSWORD=hunter2" # wrong: agenix-secrets
      ];
    };
  };
}
