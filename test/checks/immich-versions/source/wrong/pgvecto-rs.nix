{ ... }: {
  virtualisation.oci-containers.containers = {
    server = {
      image = "ghcr.io/immich-app/immich-server:v3.0.1";
      environment.DB_HOSTNAME = "postgres";
    };
    postgres.image = "docker.io/tensorchord/pgvecto-rs:pg14-v0.2.0@sha256:90724186f0a3517cf6914295b5ab410db9ce23190a2d9d0b9dd6463e3fa298f0"; # wrong: immich-versions
  };
}
