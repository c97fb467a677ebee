{ ... }: {
  system.stateVersion = "24.11";
  # hsdoctor ignore oci-backend: without the colon
  virtualisation.oci-containers.backend = "docker";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
}
