# status: unknown
{ pkgs, ... }:
{
  systemd.services.web = {
    wantedBy = [ "multi-user.target" ];
    script = ''
      IP=$(${pkgs.tailscale}/bin/tailscale ip -4)
      exec web --listen "$IP:8080"
    '';
  };
}
