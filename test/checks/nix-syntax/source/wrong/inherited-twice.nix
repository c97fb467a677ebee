{ ... }:
let
  hostName = "minipc";
in
{
  networking = {
    inherit hostName;
    hostName = "other"; # wrong: nix-syntax
  };
  system.stateVersion = "24.11";
}
