{ ... }: {
  system.stateVersion = "21.11";
  virtualisation.oci-containers.containers.plex = { # wrong: oci-backend
    image = "docker.io/plexinc/pms-docker:1.41.3";
  };
}
