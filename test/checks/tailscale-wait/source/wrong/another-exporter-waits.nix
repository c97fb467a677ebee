{
  services.tailscale.enable = true;
  services.prometheus.exporters.node = {
    enable = true;
    listenAddress = "100.64.0.5"; # wrong: tailscale-wait # wrong: tailscale-bind
  };
  services.prometheus.exporters.blackbox = {
    enable = true;
    listenAddress = "100.64.0.5";
  };
  systemd.services.prometheus-blackbox-exporter.serviceConfig.RestartSec = "5s";
}
