{ lib, ... }:
let
  folders = [ "upload-immich" ];
  parent = "~/FolderActions";
in
{
  launchd.user.agents = lib.genAttrs folders (name: {
    command = "/opt/homebrew/bin/hsdoctor immich upload /Users/kim/FolderActions/${name} --delete";
    serviceConfig.WatchPaths = [ "${parent}/${name}" ]; # wrong: launchd-agent
  });
}
