{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
}
