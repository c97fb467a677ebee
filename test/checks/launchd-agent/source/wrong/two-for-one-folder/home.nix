{ folder, ... }:
let
  agent = Label: {
    enable = true;
    config = {
      inherit Label;
      ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" folder ];
      WatchPaths = [ folder ];
    };
  };
in
{
  launchd.agents.old-upload = agent "com.green.upload-immich";
  launchd.agents.upload = agent "com.greenhead.upload-immich"; # wrong: launchd-agent
}
