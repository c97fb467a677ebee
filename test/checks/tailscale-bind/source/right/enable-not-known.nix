# status: unknown
{ config, ... }:
{
  services.tailscale.enable = true;
  services.grafana = {
    enable = config.machine.hasGrafana;
    settings.server.http_addr = "100.64.0.1";
  };
}
