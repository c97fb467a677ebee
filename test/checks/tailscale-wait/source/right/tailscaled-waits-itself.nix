{ pkgs, ... }:
{
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.tailscaled.postStart = "until ${pkgs.tailscale}/bin/tailscale ip -4; do sleep 1; done";
  systemd.services.podman-kuma.after = [ "tailscaled.service" ];
}
