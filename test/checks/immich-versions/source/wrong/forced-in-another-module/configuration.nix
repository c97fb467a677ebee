{ imports = [ ./immich.nix ./pin.nix ]; }
