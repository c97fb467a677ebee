{ ... }: {
  services.openssh.enable = true;
  networking.hostName = "minipc";
  services.openssh.enable = false; # wrong: nix-syntax
  system.stateVersion = "24.11";
}
