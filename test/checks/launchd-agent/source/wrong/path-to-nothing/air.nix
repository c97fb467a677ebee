{ ... }: {
  launchd.agents.upload-immich.serviceConfig = {
    ProgramArguments = [
      "${./scripts/upload-immich.sh}" # wrong: launchd-agent # status: unknown
    ];
    WatchPaths = [ "/Users/kim/Photos" ];
  };
}
