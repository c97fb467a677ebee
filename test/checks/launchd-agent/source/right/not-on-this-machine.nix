# status: skipped
{ lib, ... }: {
  launchd.user.agents.upload-immich = lib.mkIf (1 > 2) {
    serviceConfig.TimeOut = 1800;
  };
}
