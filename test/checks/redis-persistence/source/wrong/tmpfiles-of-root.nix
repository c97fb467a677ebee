{ ... }: {
  systemd.tmpfiles.rules = [ "d /var/lib/docker-data/redis 0755 root root -" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7-alpine";
    volumes = [ "/var/lib/docker-data/redis:/data" ]; # wrong: redis-persistence
  };
}
