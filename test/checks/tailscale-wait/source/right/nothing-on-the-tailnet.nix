# status: skipped
{ ... }:
{
  virtualisation.oci-containers.containers.kuma = { image = "louislam/uptime-kuma:1"; ports = [ "100.128.0.1:80:80" ]; };
  services.tailscale.enable = true;
}
