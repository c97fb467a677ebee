# status: unknown
{ config, ... }: {
  launchd.agents.upload-immich = {
    enable = config.photos.enable;
    config = {
      ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "/Users/kim/Photos" ];
      WatchPaths = [ "/Users/kim/Photos" ];
    };
  };
}
