# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:release-openvino";
    extraOptions = [ "--memory=8g" ] ++ config.photos.options;
  };
}
