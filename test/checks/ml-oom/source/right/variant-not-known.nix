# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.containers.ml.image =
    "ghcr.io/immich-app/immich-machine-learning:${config.photos.tag}";
}
