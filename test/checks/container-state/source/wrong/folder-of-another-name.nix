{ lib, ... }: {
  systemd.services.podman-photos.serviceConfig = {
    RuntimeDirectory = lib.mkForce "photos-run";
    ExecStartPre = [ "/run/current-system/sw/bin/sleep 5" ];
  };
  virtualisation.oci-containers.containers.photos = {
    image = "ghcr.io/photos/photos:1";
    environmentFiles = lib.optional true "/run/photos-run/env"; # wrong: container-state
  };
}
