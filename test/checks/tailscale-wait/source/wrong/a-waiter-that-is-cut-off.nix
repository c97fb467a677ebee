{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  systemd.services.podman-kuma = { after = [ "up.service" ]; wants = [ "up.service" ]; };
  systemd.services.up = {
    serviceConfig = { Type = "oneshot"; TimeoutStartSec = 5; };
    script = "until ${pkgs.tailscale}/bin/tailscale ip -4; do sleep 1; done";
  };
}
