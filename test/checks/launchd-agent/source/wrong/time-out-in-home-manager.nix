{ config, pkgs, ... }:
let
  inherit (config.home) homeDirectory;
  upload = pkgs.writeShellScript "upload" ''
    bunx @immich/cli@2.5.6 upload "$1"
  '';
in
{
  launchd.agents.upload-immich = {
    enable = true;
    config = {
      ProgramArguments = [ "${upload}" "${homeDirectory}/FolderActions/upload-immich" ];
      WatchPaths = [ "${homeDirectory}/FolderActions/upload-immich" ];
      TimeOut = 1800; # wrong: launchd-agent
    };
  };
}
