# status: unknown
{ lib, away, ... }:
{
  services.samba.enable = true;
  services.samba.settings.global.interfaces = lib.mkIf away.enable "100.101.102.103 lo";
  systemd.services.web.environment.ADDRESS = if away.enable then "fd7a:115c:a1e0::1234" else "::1";
}
