{ ... }: {
  hardware.nvidia-container-toolkit.enable = true;
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-cuda";
    extraOptions = [
      "--device" "nvidia.com/gpu=all"
      "--memory=2g" # wrong: ml-oom
    ];
  };
}
