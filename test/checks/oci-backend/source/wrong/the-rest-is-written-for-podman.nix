{ pkgs, ... }:
{
  system.stateVersion = "24.05";
  virtualisation.docker.enable = true;
  virtualisation.oci-containers = {
    backend = "docker"; # wrong: oci-backend
    containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  };
  systemd.services.podman-plex.after = [ "mnt-media.mount" ];
}
