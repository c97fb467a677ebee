{ lib, ... }:
let
  agent = account: {
    enable = true;
    config = {
      ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" "/Users/kim/Photos" "--url" "http://${account}:2283" ];
      WatchPaths = [ "/Users/kim/Photos" ];
    };
  };
in
{
  launchd.agents = lib.genAttrs [ "mine" "theirs" ] agent;
}
