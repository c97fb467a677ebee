{
  virtualisation.quadlet.containers.plex.containerConfig = {
    image = "docker.io/plexinc/pms-docker:1.41.3";
    publishPorts = [ "32400:32400" ]; # wrong: container-state
    healthCmd = "curl -f http://localhost:32400"; # wrong: container-state
  };
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.kuma = {
    image = "docker.io/louislam/uptime-kuma:1.23.16";
    ports = [ "32400:3001" ];
  };
  virtualisation.quadlet.containers.redis.containerConfig = {
    image = "docker.io/library/redis:7";
    publishPorts = [ "127.0.0.1:32400:6379" ]; # wrong: container-state
  };
}
