{ pkgs, ... }:
{
  services.openssh = { enable = true; listenAddresses = [ { addr = "100.101.102.103"; port = 22; } ]; };
  services.grafana.settings.server.http_addr = "100.101.102.103";
  systemd.services.grafana.serviceConfig.RestartSec = "10";
  systemd.services.sshd.serviceConfig.ExecStartPre = [
    (pkgs.writeShellScript "wait" "until ${pkgs.tailscale}/bin/tailscale ip -4 | grep -qF 100.101.120.103; do sleep 1; done") # wrong: constants
  ];
}
