# The module of NixOS starts immich-server again every three seconds, without an end: it comes up with the address.
{ ... }:
{
  system.stateVersion = "25.05";
  services.tailscale.enable = true;
  services.immich = {
    enable = true;
    host = "100.101.102.103";
  };
}
