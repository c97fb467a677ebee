{ pkgs, ... }: {
  networking.hostName = lib.mkForce "minipc"; # wrong: nix-syntax
  environment.systemPackages = lib.optional true pkgs.git;
  system.stateVersion = "24.11";
}
