{ config, ... }: {
  launchd.agents.upload-immich.enable = true;
  launchd.agents.upload-immich.config = {
    WatchPaths = [ "/Users/sam/Photos" ];
    ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "/Users/sam/Photos" ];
    EnvironmentVariables.IMMICH_API_KEY_FILE = config.age.secrets.immich-api-key.path;
  };
}
