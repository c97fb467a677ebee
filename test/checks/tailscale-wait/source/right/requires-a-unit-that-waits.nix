{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.tailscale-ready = {
    path = [ pkgs.tailscale ];
    serviceConfig = { Type = "oneshot"; RemainAfterExit = true; };
    script = "until tailscale ip -4; do sleep 1; done";
  };
  systemd.services.podman-kuma = { requires = [ "tailscale-ready.service" ]; after = [ "tailscale-ready.service" ]; };
}
