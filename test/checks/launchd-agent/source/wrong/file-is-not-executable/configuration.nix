{ ... }: {
  xdg.configFile."scripts" = {
    source = ./scripts; # wrong: launchd-agent
    recursive = true;
  };
  launchd.agents.photos = {
    enable = true;
    config = {
      ProgramArguments = [ "/Users/kim/.config/scripts/upload-immich.sh" ];
      StartInterval = 3600;
    };
  };
}
