{ config, lib, pkgs, ... }:
let
  inherit (lib) mkOption types;
  home.options.home.homeDirectory = mkOption { type = types.str; };
  # A set is a module too, with imports.
  user = types.submoduleWith {
    modules = [ home ];
    specialArgs = config.home-manager.extraSpecialArgs // { inherit pkgs; osConfig = config; };
  } // { open = true; };
in
{
  options.home-manager = {
    useGlobalPkgs = mkOption { type = types.bool; default = false; };
    extraSpecialArgs = mkOption { type = types.attrsOf types.raw; default = { }; };
    users = mkOption { type = types.attrsOf user; default = { }; };
  };
}
