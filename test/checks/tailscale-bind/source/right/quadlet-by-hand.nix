# status: skipped
{ pkgs, ... }:
{
  virtualisation.quadlet.containers.plex = {
    autoStart = false;
    containerConfig.publishPorts = [ "100.101.102.103:32400:32400" ];
  };
}
