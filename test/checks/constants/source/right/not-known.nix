# status: unknown
{ private, ... }:
{
  services.grafana.settings.server.http_addr = private.tailscaleIP;
}
