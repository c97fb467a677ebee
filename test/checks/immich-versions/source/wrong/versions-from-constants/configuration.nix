{ lib, ... }:
let constants = import ./constants.nix { inherit lib; };
in {
  imports = [ ./immich.nix ];
  _module.args = { inherit constants; };
}
