{ config, ... }:
with config.home; {
  launchd.agents.upload-immich = { # wrong: launchd-agent
    config = {
      ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "${homeDirectory}/Photos" ];
      WatchPaths = [ "${homeDirectory}/Photos" ];
    };
  };
}
