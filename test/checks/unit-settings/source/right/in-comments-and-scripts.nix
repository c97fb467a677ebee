{ ... }: {
  # serviceConfig.ConditionPathExists = "/x";
  systemd.services.web.script = "echo serviceConfig.ConditionPathExists";
  systemd.services.web.serviceConfig = { /* StartLimitIntervalSec = 0; */ Type = "simple"; };
}
