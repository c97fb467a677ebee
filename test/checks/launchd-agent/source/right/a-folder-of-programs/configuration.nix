{ config, ... }: {
  home.file.".local/bin" = { source = ./bin; recursive = true; executable = true; };
  launchd.agents.upload = {
    enable = true;
    config.ProgramArguments = [ "${config.home.homeDirectory}/.local/bin/upload-immich.sh" ];
    config.KeepAlive.PathState."/Users/kim/Photos" = true;
  };
}
