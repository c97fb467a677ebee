{ ... }: {
  networking = let name = "minipc"; { hostName = name; }; # wrong: nix-syntax
  system.stateVersion = "24.11";
}
