{ ... }: { imports = [ ./modules/age.nix ]; }
