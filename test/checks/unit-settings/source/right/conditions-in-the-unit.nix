{ ... }: {
  systemd.services.podman-immich-server = {
    unitConfig = { ConditionPathExists = "/run/agenix/x"; StartLimitIntervalSec = 0; StartLimitBurst = 3; };
    startLimitIntervalSec = 0;
    serviceConfig.Restart = "always";
  };
}
