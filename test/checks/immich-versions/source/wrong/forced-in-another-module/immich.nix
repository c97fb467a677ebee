{ lib, ... }: {
  virtualisation.oci-containers.containers = lib.mapAttrs' (part: image: lib.nameValuePair "immich-${part}" { inherit image; }) {
    server = "ghcr.io/immich-app/immich-server:v2.2.0";
    ml = "ghcr.io/immich-app/immich-machine-learning:v2.2.0";
  };
}
