{ config, lib, ... }: {
  home.file."bin/upload-immich.sh" = { source = ./upload.sh; executable = lib.mkDefault true; };
  launchd.agents.upload = {
    enable = true;
    config.ProgramArguments = [ "/bin/sh" "-c" "/bin/wait4path /nix/store && exec ${config.home.homeDirectory}/bin/upload-immich.sh" ];
    config.WatchPaths = [ "${config.home.homeDirectory}/Photos" ];
  };
}
