{ config, ... }: {
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:release-openvino";
    extraOptions = [ "--device=${config.machine.gpu}" "--memory=6144m" ];
  };
}
