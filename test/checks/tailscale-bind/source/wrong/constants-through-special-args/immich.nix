{ lib, constants, ... }:
let
  inherit (constants.network) minipcTailscaleIP ports;
in
{
  virtualisation.oci-containers.containers = {
    "immich-server" = {
      image = "ghcr.io/immich-app/immich-server:release";
      ports = [
        "127.0.0.1:${toString ports.immich}:2283"
        "${minipcTailscaleIP}:${toString ports.immich}:2283" # wrong: tailscale-bind # wrong: tailscale-wait
      ];
    };
  };
}
