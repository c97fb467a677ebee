{ config, ... }: {
  home.file.".local/bin/upload-immich.sh" = { source = ./files/upload-immich.sh; executable = true; };
  launchd.agents.upload-immich = {
    enable = true;
    config = {
      ProgramArguments = [ "${config.home.homeDirectory}/.local/bin/upload-immich.sh" ];
      WatchPaths = [ "${config.home.homeDirectory}/Photos" ];
    };
  };
}
