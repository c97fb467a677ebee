{
  services.tailscale.enable = true;
  systemd.services.valueOf = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig.ExecStart = "/bin/server --listen 100.101.102.103:80"; # wrong: tailscale-wait # wrong: tailscale-bind
  };
}
