{ ... }: {
  systemd.tmpfiles.rules = [ "d /srv/immich/redis 0755 - - -" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7";
    volumes = [ "/srv/immich/redis:/data" ];
  };
}
