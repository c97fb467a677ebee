# status: skipped
{ ... }:
{
  services.dnsmasq = {
    enable = true;
    settings = {
      interface = [ "tailscale0" ];
      bind-interfaces = false;
    };
  };
  networking.firewall.trustedInterfaces = [ "tailscale0" ];
  networking.firewall.interfaces.tailscale0.allowedTCPPorts = [ 53 ];
  services.samba.enable = false;
  services.samba.settings.global.interfaces = "lo tailscale0";
  services.k3s.enable = true;
  services.k3s.extraFlags = [ "--flannel-iface=tailscale0" ];
}
