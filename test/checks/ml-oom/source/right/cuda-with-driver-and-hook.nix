{ pkgs, ... }: {
  services.xserver.videoDrivers = [ "nvidia" ];
  virtualisation.podman.enableNvidia = true;
  virtualisation.oci-containers.containers.ml.image = "ghcr.io/immich-app/immich-machine-learning:release-cuda";
}
