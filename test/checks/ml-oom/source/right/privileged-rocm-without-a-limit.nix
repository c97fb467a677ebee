{ lib, ... }: {
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:release-rocm";
    extraOptions = lib.concatLists [ [ "--privileged" ] [ "--memory" "0" ] ];
  };
}
