{ config, constants, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [ "${constants.tailscaleIPs.${config.networking.hostName}}:80:80" ];
  };
  systemd.services.podman-web.serviceConfig.RestartSec = 5;
}
