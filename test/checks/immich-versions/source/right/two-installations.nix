{ lib, ... }: {
  virtualisation.oci-containers.containers = lib.concatMapAttrs (name: version: {
    "${name}-server".image = "ghcr.io/immich-app/immich-server:${version}";
    "${name}-ml".image = "ghcr.io/immich-app/immich-machine-learning:${version}";
  }) { immich = "v2.1.0"; trial = "v2.2.0"; };
}
