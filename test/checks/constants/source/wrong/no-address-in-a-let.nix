{ ... }:
let
  tailscaleIP = "100.101.102"; # wrong: constants
in
{
  services.prometheus.exporters.node.listenAddress = "${tailscaleIP}";
}
