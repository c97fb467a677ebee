{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.targets.tailscale-online.wantedBy = [ "multi-user.target" ];
  systemd.services.podman-kuma.after = [ "tailscale-online.target" ];
}
