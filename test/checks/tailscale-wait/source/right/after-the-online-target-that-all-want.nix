{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.targets.multi-user.wants = [ "tailscale-online.target" ];
  systemd.services.podman-kuma.after = [ "tailscale-online.target" ];
}
