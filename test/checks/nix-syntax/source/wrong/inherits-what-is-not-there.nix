{ ... }: rec {
  system.stateVersion = "24.11";
  networking = { inherit hostName; }; # wrong: nix-syntax
}
