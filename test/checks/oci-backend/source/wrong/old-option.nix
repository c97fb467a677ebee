{ ... }: {
  system.stateVersion = "24.11";
  docker-containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3"; # wrong: oci-backend
}
