# status: unknown
{ config, ... }:
{
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    autoStart = config.machine.isServer;
    ports = [ "100.64.0.1:80:80" ];
  };
}
