{ ... }: {
  environment.etc."motd".source = ./motd/; # wrong: nix-syntax
  system.stateVersion = "24.11";
}
