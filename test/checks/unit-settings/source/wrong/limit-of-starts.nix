{ lib, ... }: {
  systemd.services."podman-web" = {
    serviceConfig = lib.mkMerge [
      { StartLimitBurst = 3; }
      (lib.mkIf true {
        StartLimitIntervalSec = lib.mkForce 0; # wrong: unit-settings
      })
    ];
  };
}
