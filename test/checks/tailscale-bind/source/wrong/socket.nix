{ ... }:
{
  systemd.sockets."share" = {
    wantedBy = [ "sockets.target" ];
    listenStreams = [ "100.101.102.103:9000" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
