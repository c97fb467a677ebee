# What the modules of NixOS, home-manager and nix-darwin share.
{ lib, pkgs }:
let
  isSet = value: value != null && value != { } && value != [ ];
  written =
    value:
    if builtins.isAttrs value then
      lib.filterAttrs (_: isSet) (lib.mapAttrs (_: written) value)
    else if builtins.isList value then
      map written value
    else
      value;
in
{
  options = {
    enable = lib.mkEnableOption "hsdoctor";
    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.hsdoctor;
      defaultText = lib.literalExpression "pkgs.hsdoctor";
      description = "The hsdoctor package.";
    };
    settings = lib.mkOption {
      type = lib.types.submodule { options = import ./settings.nix { inherit lib; }; };
      default = { };
      description = "Settings, with the keys of docs/settings.md.";
    };
  };

  assertions = settings: [
    {
      assertion = !(settings.immich.delete == true && settings.immich.move-to != null);
      message = "hsdoctor: settings.immich.delete and settings.immich.move-to cannot both be set.";
    }
    {
      assertion = !(settings.immich.album != null && settings.immich.album-from-folder == true);
      message = "hsdoctor: settings.immich.album and settings.immich.album-from-folder cannot both be set.";
    }
  ];

  file = settings: (pkgs.formats.toml { }).generate "hsdoctor.toml" (written settings);
}
