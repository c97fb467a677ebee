{ ... }:
{
  services.tailscale = {
    enable = true;
    interfaceName = "userspace-networking"; # wrong: tailscale-bind
  };
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
}
