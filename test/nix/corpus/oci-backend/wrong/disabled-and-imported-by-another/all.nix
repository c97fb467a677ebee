{ imports = [ ./docker.nix ]; }
