{
  home.file."bin/upload-immich.sh" = { source = ./upload-immich.sh; executable = true; };
  launchd.agents.upload-immich.enable = true;
  launchd.agents.upload-immich.config.WatchPaths = [ "/Users/sam/Photos" ];
  launchd.agents.upload-immich.config.ProgramArguments = [ "/bin/bash" "${./upload-immich.sh}" ];
}
