{ lib, ... }: {
  systemd.tmpfiles.settings."10-immich"."/var/lib/immich/redis".d = {
    user = "root";
    group = "root";
    mode = "0755";
  };
  virtualisation.oci-containers.containers."immich_redis" = {
    image = lib.mkDefault "redis:6.2";
    extraOptions = [
      "--volume=/var/lib/immich/redis:/data" # wrong: redis-persistence
    ];
  };
}
