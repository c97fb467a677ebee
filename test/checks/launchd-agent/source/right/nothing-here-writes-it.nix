# status: unknown
{ config, ... }: {
  launchd.agents.upload-immich = {
    enable = true;
    config = {
      ProgramArguments = [ "${config.home.homeDirectory}/bin/upload-immich.sh" ];
      WatchPaths = [ "${config.home.homeDirectory}/Photos" ];
    };
  };
}
