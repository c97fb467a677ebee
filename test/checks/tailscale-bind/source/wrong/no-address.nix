{ ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.300:3001:3001" ]; # wrong: tailscale-bind
  };
}
