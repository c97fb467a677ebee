{ lib, ... }: with lib; {
  home.file.".local/bin/upload-immich.sh".executable = mkForce false; # wrong: launchd-agent
}
