{ imports = [ ./other.nix ]; }
