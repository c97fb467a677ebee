{ pkgs, ... }: {
  launchd.user.agents.upload-immich = {
    script = ''
      bunx @immich/cli@2.5.6 upload "$folder"
      curl --json @sums "$IMMICH_INSTANCE_URL/api/assets/bulk-upload-check" >answer
      xargs rm <proven
    '';
    serviceConfig.RunAtLoad = true;
  };
}
