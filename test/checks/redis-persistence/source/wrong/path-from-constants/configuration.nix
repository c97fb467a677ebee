{ ... }: {
  imports = [ ./redis.nix ./folders.nix ];
  _module.args.constants = { paths = rec { root = "/srv"; data = "${root}/immich"; }; };
}
