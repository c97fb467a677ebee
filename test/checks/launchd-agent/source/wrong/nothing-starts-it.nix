{ pkgs, ... }: {
  launchd.user.agents.upload-immich.command = "${pkgs.bash}/bin/bash -c 'hsdoctor immich upload /Users/kim/Photos'"; # wrong: launchd-agent
  launchd.user.agents.upload-immich.serviceConfig = {
    WatchPaths = [ ];
    RunAtLoad = false;
  };
}
