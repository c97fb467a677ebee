{ config, pkgs, ... }: {
  launchd.agents.upload-immich = {
    enable = true;
    config.ProgramArguments = [ "${pkgs.nodejs_24}/bin/node" "${config.home.homeDirectory}/.npm-global/bin/hsdoctor" "immich" "upload" "/Users/kim/Photos" "--delete" ];
    config.WatchPaths = [ "/Users/kim/Photos" ];
  };
}
