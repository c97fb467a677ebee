# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7";
    volumes = config.photos.volumes;
  };
}
