{ lib, ... }:
let folder = "/mnt/photos/redis/";
in {
  systemd.tmpfiles.rules = lib.mkMerge [
    [ "d ${folder} 0700 999 999 -" ]
    (lib.mkIf true [ "Z /mnt/photos - root root -" ])
  ];
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server:v2.1.0";
    redis = {
      image = "docker.io/redis";
      volumes = lib.singleton "${folder}:/data"; # wrong: redis-persistence
    };
  };
}
