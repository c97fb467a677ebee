# status: unknown
{ pkgs, ... }:
{
  virtualisation.arion.projects.media.settings.services.plex.service = {
    image = "plex:1";
    ports = [ "100.101.102.103:32400:32400" ];
  };
}
