{ lib, ... }: {
  virtualisation.oci-containers.containers = lib.listToAttrs (map (accelerator: {
    name = "ml-${accelerator}";
    value.image = "ghcr.io/immich-app/immich-machine-learning:release-${accelerator}"; # wrong: ml-oom
  }) [ "armnn" "rknn" "rocm" ]);
}
