{ config, lib, ... }:
let
  removeOriginals = true;
in
{
  xdg.dataFile."photos/upload.sh" = {
    executable = true;
    text = ''
      #!/bin/sh
      bunx @immich/cli@${toString 2}.5.6 upload /Users/kim/Photos
    '' + lib.optionalString removeOriginals ''
      find /Users/kim/Photos -type f -delete # wrong: upload-safety
    '';
  };
  launchd.agents.photos = {
    enable = true;
    config = {
      Program = "${config.xdg.dataHome}/photos/upload.sh";
      StartCalendarInterval = [ { Hour = 3; Minute = 0; } ];
    };
  };
}
