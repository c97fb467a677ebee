{ config, pkgs, lib, ... }:
{
  imports = [ ./options/homeserver.nix ];

  homeserver.immich.enable = true; # photos
  homeserver.uptimeKuma.enable = true;
  homeserver.plex.enable = false;

  services.tailscale.enable = true;
  networking.firewall.trustedInterfaces = [ "tailscale0" ];
  environment.systemPackages = with pkgs; [ vim git ];
  system.stateVersion = "24.11";
}
