# status: skipped
{ pkgs, ... }:
{
  systemd.services.web = {
    wantedBy = [ "multi-user.target" ];
    script = ''
      IP=$(${pkgs.tailscale}/bin/tailscale ip -4)
      echo "reachable at $IP"
      exec web --listen "127.0.0.1:8080"
    '';
  };
}
