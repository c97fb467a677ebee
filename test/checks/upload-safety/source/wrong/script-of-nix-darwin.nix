{ config, lib, ... }: {
  launchd.user.agents = {
    upload-immich = {
      script = lib.concatStringsSep "\n" [
        "cd /Users/kim/Photos"
        "bunx @immich/cli upload ." # wrong: upload-safety
      ];
      serviceConfig.StartInterval = 60;
    };
  };
}
