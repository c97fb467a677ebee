{ constants, ... }:
let inherit (constants) paths;
in {
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2.1.0";
      environment.REDIS_HOSTNAME = "cache";
    };
    cache = {
      image = "docker.io/valkey/valkey:8-bookworm@sha256:fec42f399876eb6faf9e008570597741c87ff7662a54185593e74b09ce83d177";
      volumes = [
        (paths.data + "/valkey:/data:rw") # wrong: redis-persistence
      ];
    };
  };
}
