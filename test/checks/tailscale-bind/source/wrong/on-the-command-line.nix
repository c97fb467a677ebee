{ pkgs, ... }:
{
  systemd.services.files = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig.ExecStart = "${pkgs.python3}/bin/python3 -m http.server --bind 100.101.102.103 8000"; # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
