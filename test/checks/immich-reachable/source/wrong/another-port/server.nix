{ lib, ... }:
with lib;
let
  port = 2284;
in
{
  virtualisation.oci-containers = {
    backend = "podman";
    containers = mapAttrs (name: image: { inherit image; ports = mkForce [ "${toString port}:2283/tcp" ]; }) {
      photos = "ghcr.io/immich-app/immich-server:release";
    };
  };
}
