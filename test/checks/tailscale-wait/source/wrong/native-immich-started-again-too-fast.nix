{ lib, ... }:
{
  system.stateVersion = "25.05";
  services.tailscale.enable = true;
  services.immich = {
    enable = true;
    host = "100.101.102.103"; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  systemd.services.immich-server.serviceConfig.RestartSec = lib.mkForce "100ms";
}
