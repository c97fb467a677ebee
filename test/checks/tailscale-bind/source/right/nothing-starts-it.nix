# status: skipped
{
  systemd.services.by-hand.serviceConfig.ExecStart = "/bin/server --listen 100.101.102.103:80";
}
