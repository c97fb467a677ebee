{ lib, ... }: {
  imports = [ ./ml.nix ];
  _module.args.constants = import ./constants.nix;
}
