# status: skipped
{ config, lib, ... }:
{
  options.homeserver.plex.enable = lib.mkEnableOption "Plex";
  config = {
    virtualisation.oci-containers.containers.plex = lib.mkIf config.homeserver.plex.enable {
      image = "plexinc/pms-docker:latest";
      ports = [ "100.101.102.103:32400:32400" ];
    };
    virtualisation.oci-containers.containers.by-hand = {
      image = "nginx:1.27";
      autoStart = false;
      ports = [ "100.101.102.103:80:80" ];
    };
    services.nginx = {
      enable = false;
      virtualHosts.a.listenAddresses = [ "100.101.102.103" ];
    };
    services.prometheus.exporters.node = { enable = false; listenAddress = "100.101.102.103"; };
  };
}
