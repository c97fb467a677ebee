{
  launchd.agents.upload-immich.enable = true;
  launchd.agents.upload-immich.config = {
    WatchPaths = [ "/Users/sam/Photos" ];
    ProgramArguments = [
      "/opt/homebrew/bin/immich"
      "--key"
      "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb" # wrong: upload-credentials
      "upload"
      "/Users/sam/Photos"
    ];
  };
}
