{ lib, ... }: {
  networking.hostName = ; # wrong: nix-syntax
  system.stateVersion = "24.11"; # hsdoctor: a comment behind it
}
