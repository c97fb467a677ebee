{ pkgs, ... }:
{
  systemd.sockets.share = {
    socketConfig.ListenStream = "100.101.102.103:9000"; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  systemd.services.share.serviceConfig.ExecStartPre = "${pkgs.writeShellScript "wait" "until tailscale ip; do sleep 1; done"}";
}
