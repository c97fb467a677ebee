{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.settings.Manager = { DefaultStartLimitIntervalSec = 0; };
  systemd.services.podman-kuma.serviceConfig.Restart = "always";
}
