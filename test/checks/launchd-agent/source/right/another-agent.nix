# status: skipped
{ ... }: {
  launchd.user.agents.backup.serviceConfig = {
    ProgramArguments = [ "/usr/bin/rsync" "-a" "a" "b" ];
    TimeOut = 1800;
  };
}
