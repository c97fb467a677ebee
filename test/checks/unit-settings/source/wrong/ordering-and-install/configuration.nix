{ imports = [ ./backup.nix ]; _module.args.target = "multi-user.target"; }
