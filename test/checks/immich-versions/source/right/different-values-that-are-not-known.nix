# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server:${config.photos.server}";
    immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:${config.photos.ml}";
  };
}
