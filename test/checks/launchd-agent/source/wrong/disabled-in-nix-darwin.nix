{ config, ... }: {
  launchd.user.agents.upload-immich.serviceConfig = {
    ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "/Users/sam/Photos" ];
    WatchPaths = [ "/Users/sam/Photos" ];
    Disabled = true; # wrong: launchd-agent
  };
}
