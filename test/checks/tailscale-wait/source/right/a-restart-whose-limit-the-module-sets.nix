# status: unknown
{ pkgs, ... }:
{
  services.caddy = {
    enable = true;
    globalConfig = "default_bind 100.101.102.103";
  };
  systemd.services.caddy.serviceConfig.RestartSec = 5;
}
