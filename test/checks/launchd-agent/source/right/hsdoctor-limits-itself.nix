{ config, ... }: {
  launchd.agents.upload-immich = {
    enable = true;
    config = {
      ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "${config.home.homeDirectory}/Photos" "--delete" ];
      WatchPaths = [ "${config.home.homeDirectory}/Photos" ];
      TimeOut = 1800;
    };
  };
}
