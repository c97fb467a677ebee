{ config, ... }:
let cfg = config.services.photos; in {
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server:${cfg.version}";
    immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:${cfg.version}";
  };
}
