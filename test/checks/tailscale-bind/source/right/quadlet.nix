# status: unknown
{ pkgs, ... }:
{
  virtualisation.quadlet.containers.plex.containerConfig = {
    image = "plex:1";
    publishPorts = [ "100.101.102.103:32400:32400" ];
  };
}
