{ ... }: {
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-cuda"; # wrong: ml-oom
    extraOptions = [ "--device=nvidia.com/gpu=all" "--memory=8g" ];
  };
}
