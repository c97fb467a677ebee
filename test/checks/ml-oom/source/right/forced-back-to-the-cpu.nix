{ lib, ... }: {
  virtualisation.oci-containers.containers.ml = lib.mkMerge [
    { image = lib.mkDefault "ghcr.io/immich-app/immich-machine-learning:release-openvino"; } # as it was
    { image = "ghcr.io/immich-app/immich-machine-learning:release"; }
  ];
}
