# status: unknown
{ ... }: {
  launchd.agents.upload-immich = {
    enable = true;
    config.ProgramArguments = [ "/usr/local/bin/upload-immich.sh" ];
    config.RunAtLoad = true;
  };
}
