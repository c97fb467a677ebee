{ ... }: {
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v3.0.0";
      environment.DB_HOSTNAME = "immich-postgres";
    };
    immich-postgres.image = "ghcr.io/immich-app/postgres:14-vectorchord0.4.3-pgvectors0.2.0";
    notes-postgres.image = "tensorchord/pgvecto-rs:pg14-v0.2.0";
  };
}
