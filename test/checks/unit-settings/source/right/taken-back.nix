{ lib, ... }: {
  systemd.services.web.serviceConfig = lib.mkMerge [
    { ConditionPathExists = lib.mkIf false "/x"; Environment = [ "A=b c" ]; }
    { Environment = lib.mkForce [ "A=b" ]; ConditionPathIsDirectory = [ ]; }
  ];
}
