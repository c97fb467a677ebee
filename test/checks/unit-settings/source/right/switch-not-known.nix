# status: unknown
{ config, ... }:
{
  systemd.services.backup = {
    enable = config.machine.hasBackup;
    serviceConfig.ConditionPathExists = "/srv";
  };
}
