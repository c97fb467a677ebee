{ network, ... }:
{
  services.openssh.listenAddresses = [
    { addr = "100.64.0.5"; port = 22; }
    { addr = network.nas2TailscaleIP; port = 22; } # wrong: constants
  ];
  systemd.services.sshd.serviceConfig.RestartSec = "5s";
}
