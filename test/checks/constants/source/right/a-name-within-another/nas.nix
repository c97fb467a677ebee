{ ... }:
{
  services.openssh.listenAddresses = [ { addr = "100.64.0.5"; port = 22; } ];
  systemd.services.sshd.serviceConfig.RestartSec = "5s";
}
