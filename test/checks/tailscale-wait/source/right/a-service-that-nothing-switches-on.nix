# status: unknown
{ ... }:
{
  services.nginx.virtualHosts.photos.listenAddresses = [ "100.64.1.2" ];
}
