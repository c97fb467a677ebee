{ pkgs, ... }:
{
  systemd.services.server = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig = {
      ExecStart = "${pkgs.caddy}/bin/caddy file-server --listen 100.101.102.103:80"; # wrong: tailscale-bind # wrong: tailscale-wait
      RestartSec = 5;
    };
  };
}
