{ lib, pkgs, ... }:
let
  limits = { TimeOut = 60 * 30; }; # wrong: launchd-agent
in
{
  launchd.user.agents."upload-immich" = {
    script = "exec bunx @immich/cli@2.5.6 upload /Users/kim/Photos";
    serviceConfig = {
      WatchPaths = [ "/Users/kim/Photos" ];
    } // limits;
  };
}
