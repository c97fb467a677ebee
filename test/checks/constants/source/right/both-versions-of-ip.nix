{ ... }:
{
  services.openssh = {
    enable = true;
    listenAddresses = map (addr: { inherit addr; port = 22; }) [ "100.101.102.103" "fd7a:115c:a1e0::1" ];
  };
  systemd.services.sshd.serviceConfig.RestartSec = "5s";
}
