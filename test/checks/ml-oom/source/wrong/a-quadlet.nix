{
  virtualisation.quadlet.containers.immich-ml.containerConfig = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2-openvino"; # wrong: ml-oom
    podmanArgs = [ "--memory 2g" ];
  };
}
