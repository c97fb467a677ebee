{ lib, pkgs, ... }: {
  launchd.user.agents.photos = {
    command = "${lib.getExe pkgs.immich-cli} upload /Users/kim/Photos";
    serviceConfig.StartInterval = 3600;
  };
}
