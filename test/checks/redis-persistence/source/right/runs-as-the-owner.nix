{ ... }: {
  systemd.tmpfiles.rules = [ "d /srv/redis 0755 1000 100 -" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7";
    user = "1000:100";
    volumes = [ "/srv/redis:/data" ];
  };
}
