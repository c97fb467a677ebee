{ ... }:
{
  virtualisation.oci-containers.containers.web = { image = "nginx:1.27"; ports = [ "100.101.102.103:80:80" ]; };
  systemd.services.podman-web.serviceConfig.RestartSec = 5;
}
