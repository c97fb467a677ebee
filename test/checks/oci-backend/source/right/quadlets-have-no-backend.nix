# status: skipped
{
  system.stateVersion = "21.11";
  virtualisation.quadlet.containers.plex.containerConfig.image = "docker.io/plexinc/pms-docker:1.41.3";
}
