# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:release-openvino";
    devices = [ "/dev/dri:/dev/dri" ];
    extraOptions = [ "--memory=${config.photos.memory}" ];
  };
}
