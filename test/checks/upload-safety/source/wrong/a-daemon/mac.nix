{ ... }:
{
  launchd.daemons.upload-immich = {
    script = "bunx @immich/cli@2.5.6 upload -r /Users/sam/Photos && rm -rf /Users/sam/Photos/*"; # wrong: upload-safety
    serviceConfig.StartInterval = 60;
  };
}
