{
  services.tailscale.enable = true;
  systemd.services.valueOf.serviceConfig.ExecStart = "/bin/server --listen 100.101.102.103:80"; # wrong: tailscale-wait # wrong: tailscale-bind
}
