# status: unknown
{ pkgs, ... }:
{
  services.immich = { enable = true; host = "100.101.102.103"; };
  systemd.services.immich-server = {
    preStart = "until tailscale ip -4; do sleep 1; done";
    serviceConfig.RestartSec = "100ms";
  };
}
