{ config, lib, ... }:
let
  bin = ".local/bin";
  agents = [ "upload-immich" ];
in
{
  home.file = builtins.listToAttrs (map
    (name: lib.nameValuePair "${bin}/${name}.sh" {
      source = ./scripts + "/${name}.sh"; # wrong: launchd-agent # status: unknown
      executable = true;
    })
    agents);
  launchd.agents = lib.genAttrs agents (name: {
    enable = true;
    config = {
      ProgramArguments = [ "${config.home.homeDirectory}/${bin}/${name}.sh" ];
      WatchPaths = [ "${config.home.homeDirectory}/FolderActions/${name}" ];
    };
  });
}
