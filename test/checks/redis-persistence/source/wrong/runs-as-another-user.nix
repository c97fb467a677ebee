{ ... }:
let data = rec { path = "/srv/redis"; rule = "d ${path} 0755 1000 100 -"; };
in {
  systemd.tmpfiles.rules = [ data.rule ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "valkey/valkey:8";
    user = "1001:1001";
    volumes = [ "${data.path}:/data" ]; # wrong: redis-persistence
  };
}
