{ self, ... }: {
  home-manager.extraSpecialArgs = { inherit self; };
  home-manager.users.kim = { self, ... }: {
    home.file."upload-immich.sh".source = "${self}/scripts/upload.sh";
    home.file."upload-immich.sh".executable = true;
    launchd.agents.upload-immich = {
      enable = true;
      config = {
        ProgramArguments = [ "/Users/kim/upload-immich.sh" ];
        KeepAlive = { PathState."/Users/kim/Photos" = true; };
        EnvironmentVariables = {
          PATH = "/opt/homebrew/bin:/usr/bin:/bin";
          IMMICH_DELETE_ASSETS = "false"; # wrong: upload-safety
        };
      };
    };
  };
}
