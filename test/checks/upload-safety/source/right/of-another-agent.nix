# status: skipped
{ pkgs, ... }: {
  home.file."bin/upload.sh".text = "bunx @immich/cli upload --delete";
  launchd.agents.backup = {
    enable = true;
    config.ProgramArguments = [ "${pkgs.writeShellScript "backup" "rsync -a --delete a b"}" ];
    config.RunAtLoad = true;
  };
}
