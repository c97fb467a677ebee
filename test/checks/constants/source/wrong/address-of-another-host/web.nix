{ constants, lib, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = lib.mkForce [ (with constants.hosts.macbook; tailscaleIp + ":80:80") ]; # wrong: constants
  };
  systemd.services.podman-web.serviceConfig.RestartSec = 5;
}
