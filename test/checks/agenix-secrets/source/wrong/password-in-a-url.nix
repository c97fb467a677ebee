{ ... }:
{
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:release";
    environment.DB_URL = "postgresql://immich:hunter2@db:5432/immich"; # wrong: agenix-secrets
    environment.REDIS_URL = "redis://cache:6379";
    extraOptions = [
      "-e"
      "DATABASE_URL=postgres://immich:hunter2@db/immich" # wrong: agenix-secrets
    ];
  };
}
