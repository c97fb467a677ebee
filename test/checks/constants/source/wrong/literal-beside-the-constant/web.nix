{ constants, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [
      "${constants.tailscale.minipc}:80:80"
      "100.101.102.130:443:443" # wrong: constants
    ];
  };
  systemd.services.podman-web.serviceConfig.RestartSec = 5;
}
