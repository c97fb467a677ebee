{ ... }: {
  systemd.tmpfiles.settings.redis."/srv/redis".d = { user = "root"; mode = "1777"; };
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7";
    volumes = [ "/srv/redis:/data" ];
  };
}
