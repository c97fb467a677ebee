{ lib, ... }:
let
  address = "100.64.0.1";
in
{
  networking.hostName = "minipc";
  services.immich.host = "${adress}"; # wrong: nix-syntax
  system.stateVersion = "24.11";
}
