# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.backend = config.services.elsewhere.engine;
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
}
