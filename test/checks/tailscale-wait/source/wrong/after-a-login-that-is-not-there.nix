{ pkgs, ... }:
{
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind
  };
  systemd.services.podman-kuma.after = [ "tailscaled-autoconnect.service" ]; # wrong: tailscale-wait
}
