{ lib, constants, ... }: {
  virtualisation.oci-containers.containers.immich-ml = lib.mkMerge [
    {
      image = "ghcr.io/immich-app/immich-machine-learning:release-openvino@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
      extraOptions = [ "--device=/dev/dri:/dev/dri" ];
    }
    {
      extraOptions = lib.mkAfter [
        "--cpus=2"
        "--memory=${constants.ml.memory}" # wrong: ml-oom
      ];
    }
  ];
}
