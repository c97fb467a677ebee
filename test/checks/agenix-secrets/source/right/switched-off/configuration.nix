{ config, lib, ... }:
{
  options.homeserver.plex.enable = lib.mkEnableOption "Plex";
  config = lib.mkMerge [
    { age.secrets.db.file = ./db.age; }
    (lib.mkIf config.homeserver.plex.enable {
      age.secrets.plex.file = ./plex.age;
      systemd.services.plex.serviceConfig.EnvironmentFile = config.age.secrets.claim.path;
    })
  ];
}
