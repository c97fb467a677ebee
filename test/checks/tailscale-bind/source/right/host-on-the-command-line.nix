# status: unknown
{ pkgs, ... }:
{
  systemd.services.web = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig.ExecStart = "${pkgs.python3}/bin/web --host 100.101.102.103 --port 80";
  };
}
