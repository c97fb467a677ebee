# status: skipped
{ ... }: {
  systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root -" ];
  virtualisation.oci-containers.containers.paperless-redis = {
    image = "docker.io/library/redis:7";
    volumes = [ "/srv/redis:/data" ];
  };
}
