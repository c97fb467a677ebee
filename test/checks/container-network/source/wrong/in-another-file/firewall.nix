{
  networking.nftables.enable = true;
  networking.firewall.interfaces.enp1s0.allowedUDPPorts = [ 53 67 ];
}
