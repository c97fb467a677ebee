# status: skipped
{ ... }: {
  systemd.services.web.serviceConfig.EnvironmentFile = "/run/web/env";
}
