{ ... }:
let
  arguments = [
    "upload"
    "--delete-duplicates" # wrong: upload-safety
  ];
in
{
  launchd.agents.upload-immich = {
    enable = true;
    config.WatchPaths = [ "/Users/kim/Photos" ];
    config.ProgramArguments = [ "/opt/homebrew/bin/bunx" "@immich/cli@2.5.6" ] ++ arguments ++ [ "/Users/kim/Photos" ];
  };
}
