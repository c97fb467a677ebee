{ ... }:
{
  systemd.sockets.share = {
    listenStreams = [ "100.101.102.103:9000" ];
    socketConfig.FreeBind = true;
  };
}
