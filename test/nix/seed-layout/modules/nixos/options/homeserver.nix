{ lib, constants, ... }:
let
  inherit (lib) mkOption mkEnableOption types;
in
{
  imports = [
    ../programs/docker/runtime.nix
    ../programs/docker/immich.nix
    ../programs/docker/uptime-kuma.nix
    ../programs/docker/plex.nix
  ];
  options.homeserver = {
    immich = {
      enable = mkEnableOption "Immich";
      port = mkOption {
        type = types.port;
        default = constants.network.ports.immich;
        description = "Where Immich listens";
      };
    };
    uptimeKuma = {
      enable = mkEnableOption "Uptime Kuma";
      port = mkOption { type = types.port; default = 3001; };
    };
    plex = {
      enable = mkEnableOption "Plex";
      port = mkOption { type = types.port; default = 32400; };
    };
  };
}
