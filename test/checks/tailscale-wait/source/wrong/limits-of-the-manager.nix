{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  systemd.settings.Manager.DefaultStartLimitIntervalSec = 60;
  systemd.services.podman-kuma.serviceConfig.RestartSec = "5s";
}
