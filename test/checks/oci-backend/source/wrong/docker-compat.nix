{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.podman = { enable = true; dockerCompat = true; };
  virtualisation.oci-containers = rec {
    backend = "docker"; # wrong: oci-backend
    containers.plex.image = "docker.io/plexinc/pms-${backend}:1.41.3";
  };
}
