# status: unknown
{ ... }:
{
  services.dnsmasq = {
    enable = true;
    settings = {
      interface = [ "tailscale0" ];
      bind-interfaces = true;
    };
  };
}
