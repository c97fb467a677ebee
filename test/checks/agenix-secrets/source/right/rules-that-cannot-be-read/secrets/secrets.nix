import ../keys.nix
