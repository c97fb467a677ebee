{ pkgs, ... }: {
  environment.systemPackages = [ pkgs.git ];
  environment = { systemPackages = [ pkgs.jq ]; }; # wrong: nix-syntax
  system.stateVersion = "24.11";
}
