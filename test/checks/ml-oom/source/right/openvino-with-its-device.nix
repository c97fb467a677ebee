{ ... }: {
  hardware.graphics.enable = true;
  virtualisation.oci-containers.containers.immich-ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino";
    extraOptions = [ "--device=/dev/dri:/dev/dri" "--memory=6g" "--memory-swap=7g" ];
  };
}
