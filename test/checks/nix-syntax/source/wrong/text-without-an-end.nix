{ ... }: {
  networking.hostName = "minipc"; # "quotes" in a comment do not matter
  system.stateVersion = "24.11; # wrong: nix-syntax
}
