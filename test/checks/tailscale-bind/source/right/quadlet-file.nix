# status: unknown
{ pkgs, ... }:
{
  environment.etc."containers/systemd/plex.container".text = ''
    [Container]
    Image=plex:1
    PublishPort=100.101.102.103:32400:32400
  '';
}
