{ ... }:
let tailscaleIP = "10.99.0.1"; in
{
  services.headscale = { enable = true; settings.prefixes.v4 = "10.99.0.0/16"; };
  services.grafana.settings.server.http_addr = tailscaleIP;
}
