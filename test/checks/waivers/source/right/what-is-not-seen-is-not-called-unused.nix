{ config, ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  # hsdoctor: ignore oci-backend: docker is what this machine has
  virtualisation.oci-containers.backend = config.services.elsewhere.engine;
}
