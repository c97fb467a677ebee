{ pkgs, ... }:
{
  systemd.services.server = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig = {
      ExecStart = "${pkgs.caddy}/bin/caddy file-server --listen 100.101.102.103:80";
      Restart = "on-failure";
      RestartSec = 5;
    };
  };
}
