# status: unknown
{ pkgs, ... }:
{
  systemd.units."web.service".text = ''
    [Service]
    ExecStart=/run/current-system/sw/bin/web 100.101.102.103:80
  '';
}
