{
  services.tailscale.enable = true;
  services.prometheus.exporters.tailscale = {
    enable = true;
    listenAddress = "127.0.0.1";
  };
  services.prometheus.exporters.node = {
    enable = true;
    listenAddress = "100.64.0.5";
  };
  systemd.services.prometheus-node-exporter.serviceConfig.RestartSec = "5s";
}
