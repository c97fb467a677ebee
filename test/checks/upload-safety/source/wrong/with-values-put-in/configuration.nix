{ pkgs, ... }: {
  launchd.user.agents.upload-immich.serviceConfig = {
    WatchPaths = [ "/Users/kim/Photos" ];
    ProgramArguments = [ "/bin/sh" "${pkgs.replaceVars ./upload.sh { folder = "/Users/kim/Photos"; }}" ];
  };
}
