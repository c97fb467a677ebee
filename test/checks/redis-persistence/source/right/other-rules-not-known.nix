# status: unknown
{ config, lib, ... }:
{
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/valkey/valkey:8";
    volumes = [ "/srv/redis:/data" ];
  };
  systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root -" ];
  systemd.tmpfiles.settings.redis = lib.mkIf config.machine.givesBack { "/srv/redis".z.user = "999"; };
}
