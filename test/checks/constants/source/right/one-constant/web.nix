{ constants, ... }:
{
  networking.hosts.${constants.network.macbookTailscaleIP} = [ "macbook" ];
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [ "${constants.network.minipcTailscaleIP}:80:80" "100.101.102.103:81:80" ];
    environment.UPLOADER = "http://${constants.network.macbookTailscaleIP}:80";
  };
  systemd.services.podman-web.serviceConfig.RestartSec = 5;
}
