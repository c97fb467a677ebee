{ config, ... }: {
  launchd.agents.upload-immich.enable = true;
  launchd.agents.upload-immich.config = {
    WatchPaths = [ "/Users/sam/Photos" ];
    ProgramArguments = [ "/opt/homebrew/bin/immich" "upload" "/Users/sam/Photos" ];
    EnvironmentVariables = {
      IMMICH_INSTANCE_URL = "http://100.64.0.1:2283/api";
      IMMICH_API_KEY = "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb"; # wrong: upload-credentials
    };
  };
}
