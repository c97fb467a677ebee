{ lib, pkgs, ... }:
let
  upload = pkgs.writeShellApplication {
    name = "upload-immich";
    runtimeInputs = [ pkgs.coreutils pkgs.bun ];
    text = "timeout 30m bunx @immich/cli@2.5.6 upload /Users/kim/Photos";
  };
in
{
  launchd.user.agents.upload.serviceConfig = {
    ProgramArguments = [ (lib.getExe upload) ];
    QueueDirectories = [ "/Users/kim/Photos" ];
    TimeOut = 1800;
  };
}
