{
  launchd.user.agents.upload-immich = {
    serviceConfig.WatchPaths = [ "/Users/sam/Photos" ];
    command = "/opt/homebrew/bin/immich upload /Users/sam/Photos";
    environment.IMMICH_API_KEY = "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb"; # wrong: upload-credentials
  };
}
