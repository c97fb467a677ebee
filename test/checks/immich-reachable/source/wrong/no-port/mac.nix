{ ... }: {
  launchd.agents.upload.serviceConfig = {
    ProgramArguments = [
      "/opt/homebrew/bin/hsdoctor" "immich" "upload" "/Users/kim/Photos"
      "--url"
      "http://10.0.0.2:2283" # wrong: immich-reachable
    ];
    WatchPaths = [ "/Users/kim/Photos" ];
  };
}
