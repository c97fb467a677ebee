{ ... }: {
  networking.firewall.allowedTCPPorts = [ 22 80 ); # wrong: nix-syntax
  system.stateVersion = "24.11";
}
