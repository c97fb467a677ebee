# status: unknown
{ ... }: {
  systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root -" ];
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2.1.0";
      environmentFiles = [ "/etc/immich.env" ];
    };
    cache = {
      image = "docker.io/library/redis:7";
      volumes = [ "/srv/redis:/data" ];
    };
  };
}
