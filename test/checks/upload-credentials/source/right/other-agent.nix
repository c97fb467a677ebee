# status: skipped
{
  launchd.agents.backup.enable = true;
  launchd.agents.backup.config = {
    WatchPaths = [ "/Users/sam/Photos" ];
    ProgramArguments = [ "/opt/backup" ];
    EnvironmentVariables.API_KEY = "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb";
  };
}
