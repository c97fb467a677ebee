{
  systemd.services.by-a-timer.serviceConfig.ExecStart = "/bin/a --listen 100.101.102.103:80"; # wrong: tailscale-wait # wrong: tailscale-bind
  systemd.timers.by-a-timer.timerConfig.OnBootSec = "1s";
  systemd.services.by-a-path.serviceConfig.ExecStart = "/bin/b --listen 100.101.102.103:81"; # wrong: tailscale-wait # wrong: tailscale-bind
  systemd.paths.other.pathConfig = { PathExists = "/srv"; Unit = "by-a-path.service"; };
  systemd.services.by-a-time = {
    startAt = "daily";
    script = "/bin/c --listen 100.101.102.103:82"; # wrong: tailscale-wait # wrong: tailscale-bind
  };
  systemd.services.by-a-failure.serviceConfig.ExecStart = "/bin/d --listen 100.101.102.103:83"; # wrong: tailscale-wait # wrong: tailscale-bind
  systemd.services.starter = {
    wantedBy = [ "multi-user.target" ];
    onFailure = [ "by-a-failure.service" ];
    script = "systemctl start by-a-command";
  };
  systemd.services.by-a-command.serviceConfig.ExecStart = "/bin/e --listen 100.101.102.103:84"; # wrong: tailscale-wait # wrong: tailscale-bind
  services.nginx.enable = true;
  systemd.services.nginx.serviceConfig.ExecStart = "/bin/f --listen 100.101.102.103:85"; # wrong: tailscale-wait # wrong: tailscale-bind
}
