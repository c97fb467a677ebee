{
  home.username = "me";
  systemd.user.services.sync.Service.ExecStart = "/bin/sync --token /run/agenix/token";
}
