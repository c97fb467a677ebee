{ network, ... }:
{
  services.openssh.listenAddresses = [ { addr = network.nas2TailscaleIP; port = 22; } ];
  systemd.services.sshd.serviceConfig.RestartSec = "5s";
}
