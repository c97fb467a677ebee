{ config, constants, ... }: {
  _module.args.constants = import ./constants.nix;
  home.file.".local/bin/upload-immich.sh" = {
    executable = true;
    text = ''
      #!/bin/sh
      # bunx @immich/cli upload --delete
      LOCK_FILE="$HOME/.upload.lock"
      work=$(mktemp -d)
      trap 'rm -rf "$work"' EXIT
      bunx @immich/cli@${constants.immich.version} upload "$HOME/Photos"
      rm -f "$LOCK_FILE" /tmp/upload.pid
    '';
  };
  launchd.agents.upload-immich = {
    enable = true;
    config.ProgramArguments = [ "${config.home.homeDirectory}/.local/bin/upload-immich.sh" ];
    config.RunAtLoad = true;
  };
}
