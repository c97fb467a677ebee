{ config, ... }: {
  home.homeDirectory = "/Users/kim";
  home.file.".local/bin/upload-immich.sh".text = "#!/bin/sh\nexec hsdoctor immich upload ~/Photos\n"; # wrong: launchd-agent
  launchd.agents.upload-immich.enable = true;
  launchd.agents.upload-immich.config.ProgramArguments = [ "${config.home.homeDirectory}/.local/bin/upload-immich.sh" ];
  launchd.agents.upload-immich.config.WatchPaths = [ "${config.home.homeDirectory}/Photos" ];
}
