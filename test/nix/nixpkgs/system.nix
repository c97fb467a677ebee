platform: { modules, specialArgs ? { }, ... }:
let lib = import ./lib.nix;
in import ./modules.nix { inherit lib; } {
  inherit specialArgs;
  modules = [
    ./nixos/options.nix
    { _module.args.pkgs = lib.mkDefault (import ./packages.nix platform); }
  ] ++ modules;
}
