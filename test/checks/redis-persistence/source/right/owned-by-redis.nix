{ lib, ... }:
let redis = toString 999;
in {
  systemd.tmpfiles.rules = [ "d /srv/immich/redis 0700 ${redis} ${redis} -" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7";
    volumes = [ "/srv/immich/redis:/data" ];
  };
}
