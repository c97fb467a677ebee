{ ... }: {
  virtualisation.oci-containers.containers.immich-ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino"; # wrong: ml-oom
    extraOptions = [ "--memory=2g" "--memory-swap=3g" ];
  };
}
