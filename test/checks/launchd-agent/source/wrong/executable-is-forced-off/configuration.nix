{ lib, ... }: {
  imports = [ ./quiet.nix ];
  home.file.".local/bin/upload-immich.sh" = {
    source = ./upload.sh;
    executable = true;
  };
  launchd.agents.upload = {
    enable = true;
    config = { Program = "/Users/kim/.local/bin/upload-immich.sh"; RunAtLoad = true; };
  };
}
