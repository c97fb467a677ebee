{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  # hsdoctor: ignore oci-backend, oci-backend: named twice
  virtualisation.oci-containers.backend = "docker";
}
