let
  key = "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb";
in
{
  launchd.agents.upload-immich.enable = true;
  launchd.agents.upload-immich.config = {
    WatchPaths = [ "/Users/sam/Photos" ];
    ProgramArguments = [ "/opt/homebrew/bin/immich" "upload" "/Users/sam/Photos" ];
    EnvironmentVariables.IMMICH_API_KEY = key; # wrong: upload-credentials
  };
}
