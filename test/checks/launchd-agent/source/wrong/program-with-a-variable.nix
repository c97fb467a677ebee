{ ... }: {
  launchd.agents.photos.enable = true;
  launchd.agents.photos.config = rec {
    Label = "com.example.upload-immich";
    WatchPaths = [ "/Users/kim/Photos" ];
    ProgramArguments = [
      "$HOME/.bun/bin/hsdoctor" # wrong: launchd-agent
      "immich"
      "upload"
    ] ++ WatchPaths;
  };
}
