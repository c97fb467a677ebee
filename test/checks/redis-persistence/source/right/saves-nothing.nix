{ ... }: {
  systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root -" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7";
    cmd = [ "redis-server" "--save" "" "--appendonly" "no" ];
    volumes = [ "/srv/redis:/data" ];
  };
}
