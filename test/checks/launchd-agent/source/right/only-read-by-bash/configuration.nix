{ pkgs, ... }: {
  home.file."bin/upload-immich.sh".source = ./upload.sh;
  launchd.agents.upload = {
    enable = true;
    config.ProgramArguments = [ "${pkgs.bash}/bin/bash" "-eu" "/Users/kim/bin/upload-immich.sh" ];
    config.RunAtLoad = true;
  };
}
