# status: skipped
{ ... }: {
  launchd.agents.upload-immich = {
    enable = false;
    config = { ProgramArguments = [ "~/upload.sh" ]; TimeOut = 1800; };
  };
}
