# status: skipped
{ ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "127.0.0.1:3001:3001" "8080:80" "8443" ];
  };
  services.caddy = {
    enable = true;
    virtualHosts."http://100.101.102.103".extraConfig = "reverse_proxy 127.0.0.1:3001";
  };
}
