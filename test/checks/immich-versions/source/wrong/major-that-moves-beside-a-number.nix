{ config, ... }: {
  virtualisation.oci-containers.containers = {
    server.image = "ghcr.io/immich-app/immich-server:v2.${config.photos.minor}";
    ml.image = "ghcr.io/immich-app/immich-machine-learning:v1"; # wrong: immich-versions
  };
}
