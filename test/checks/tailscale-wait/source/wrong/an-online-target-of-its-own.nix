{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind
  };
  systemd.targets.tailscale-online = { # wrong: tailscale-wait
    description = "Tailscale is online";
    after = [ "tailscaled.service" ];
    wantedBy = [ "multi-user.target" ];
  };
  systemd.services.podman-kuma = {
    after = [ "tailscale-online.target" ];
    wants = [ "tailscale-online.target" ];
  };
}
