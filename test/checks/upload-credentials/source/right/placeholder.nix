{
  launchd.agents.upload-immich.enable = true;
  launchd.agents.upload-immich.config = {
    WatchPaths = [ "/Users/sam/Photos" ];
    ProgramArguments = [ "/opt/homebrew/bin/immich" "--key" "YOUR_KEY" "upload" "/Users/sam/Photos" ];
    EnvironmentVariables.IMMICH_API_KEY = "";
  };
}
