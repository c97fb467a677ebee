{ username, ... }: {
  home-manager.users.${username} = { constants, lib, config, pkgs, ... }: {
    launchd.agents."folder-action" = lib.mkMerge [
      { enable = lib.mkDefault true; }
      {
        config = {
          Label = "com.example.upload-immich";
          ProgramArguments = [ "${pkgs.writeShellScriptBin "upload" "bunx @immich/cli@2.5.6 upload x"}/bin/upload" ];
          RunAtLoad = true;
          TimeOut = lib.mkDefault constants.upload.limit; # wrong: launchd-agent
        };
      }
    ];
  };
}
