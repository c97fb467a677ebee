{ ... }: {
  system.stateVersion = "22.05";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
}
