{ ... }: {
  systemd.tmpfiles.rules = [ "d! /srv/redis 0755 root root" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "valkey/valkey:8";
    extraOptions = [ "--mount" "type=bind,source=/srv/redis,target=/data" ]; # wrong: redis-persistence
  };
}
