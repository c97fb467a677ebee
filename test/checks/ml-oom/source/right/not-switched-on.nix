# status: skipped
{ lib, ... }: {
  virtualisation.oci-containers.containers = {
    plex.image = "docker.io/plexinc/pms-docker:1.41.3-cuda";
    ml = lib.mkIf false { image = "ghcr.io/immich-app/immich-machine-learning:release-openvino"; };
  };
}
