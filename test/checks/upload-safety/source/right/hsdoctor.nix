{ ... }: {
  launchd.user.agents.upload-immich.serviceConfig = {
    ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "/Users/kim/Photos" "--delete" ];
    WatchPaths = [ "/Users/kim/Photos" ];
  };
}
