{ ... }: {
  imports = [ ./web.nix ];
  _module.args.constants = import ./constants.nix;
}
