{ ... }: {
  networking.hostName = "minipc" # and here the semicolon is missing
  system.stateVersion = "24.11"; # wrong: nix-syntax
}
