{ ... }:
{
  virtualisation.oci-containers.containers.kuma.image = "louislam/uptime-kuma:1";
  virtualisation.oci-containers.containers.kuma.ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
}
