{ pkgs, ... }:
let
  folder = "/Users/kim/Photos";
  upload = pkgs.writeShellScript "upload" ''
    set -e
    ${pkgs.immich-cli}/bin/immich upload \
      ${folder} \
      --delete # wrong: upload-safety
  '';
in
{
  launchd.user.agents.photos.serviceConfig = {
    ProgramArguments = [ "${upload}" ];
    WatchPaths = [ folder ];
  };
}
