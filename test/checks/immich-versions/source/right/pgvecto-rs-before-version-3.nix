{ ... }: {
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server:v2.1.0";
    database.image = "tensorchord/pgvecto-rs:pg14-v0.2.0";
  };
}
