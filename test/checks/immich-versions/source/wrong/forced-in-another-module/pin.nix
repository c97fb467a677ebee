{ lib, ... }: {
  virtualisation.oci-containers.containers.immich-ml.image = # wrong: immich-versions
    lib.mkForce "ghcr.io/immich-app/immich-machine-learning:v2.1.0";
}
