{ ... }: {
  home-manager.users.kim = { constants, config, ... }: {
    launchd.agents.upload-immich = {
      enable = true;
      config = {
        ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "/Users/kim/Photos" ];
        WatchPaths = [ "/Users/kim/Photos" ];
        EnvironmentVariables.IMMICH_INSTANCE_URL = # wrong: immich-reachable
          "http://${constants.network.minipcTailscaleIP}:${toString constants.network.ports.immich}/api";
      };
    };
  };
}
