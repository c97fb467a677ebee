{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.targets.tailscale-online = {
    description = "Tailscale is online";
    requires = [ "tailscale-ready.service" ];
  };
  systemd.services.tailscale-ready = {
    path = [ pkgs.tailscale ];
    serviceConfig.Type = "oneshot";
    script = "until tailscale ip -4; do sleep 1; done";
  };
  systemd.services.podman-kuma = {
    after = [ "tailscale-online.target" ];
    wants = [ "tailscale-online.target" ];
  };
}
