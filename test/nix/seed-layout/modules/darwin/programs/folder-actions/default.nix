{ config, constants, ... }:
let
  inherit (config.home) homeDirectory;
in
{
  home.file.".local/bin/upload-immich.sh" = {
    source = ./files/scripts/upload-immich.sh;
    executable = true;
  };
  launchd.agents.upload-immich = {
    enable = true;
    config = {
      ProgramArguments = [ "${homeDirectory}/.local/bin/upload-immich.sh" ];
      WatchPaths = [ "${homeDirectory}/FolderActions/upload-immich" ];
      TimeOut = 1800;
      EnvironmentVariables.IMMICH_INSTANCE_URL =
        "http://${constants.network.minipcTailscaleIP}:${toString constants.network.ports.immich}";
    };
  };
}
