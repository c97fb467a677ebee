{ pkgs, ... }: {
  launchd.user.agents.photos.serviceConfig = {
    RunAtLoad = true;
    ProgramArguments = [ "${pkgs.writeShellScriptBin "photos" ''
      bunx @immich/cli@2.5.6 upload /Users/kim/Photos
      rsync -a --delete /Users/kim/Photos/ /Volumes/Backup/Photos/
    ''}/bin/photos" ];
  };
}
