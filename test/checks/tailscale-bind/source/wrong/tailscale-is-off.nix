{ lib, ... }:
{
  services.tailscale.enable = lib.mkForce false; # wrong: tailscale-bind
  services.grafana = {
    enable = true;
    settings.server.http_addr = "100.101.102.103";
  };
}
