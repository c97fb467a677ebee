# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v3.0.0";
      environmentFiles = [ config.age.secrets.immich.path ];
    };
    immich-postgres.image = "tensorchord/pgvecto-rs:pg14-v0.2.0";
  };
}
