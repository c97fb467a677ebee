{ gpu, ... }: {
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:release-openvino"; # wrong: ml-oom
    devices = gpu;
  };
}
