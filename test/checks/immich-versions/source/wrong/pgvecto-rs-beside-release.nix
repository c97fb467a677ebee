{ ... }: {
  virtualisation.oci-containers.containers = {
    immich = {
      image = "ghcr.io/immich-app/immich-server:release";
      environment = { DB_URL = "postgres://immich@photos-db:5432/immich"; };
    };
    photos-db.image = "tensorchord/pgvecto-rs:pg14-v0.2.0"; # wrong: immich-versions
  };
}
