# status: unknown
{ lib, ... }:
{
  systemd.services.backup.serviceConfig = lib.mkMerge [
    { ConditionPathExists = "/srv"; }
    (lib.mkForce { Restart = "no"; })
  ];
}
