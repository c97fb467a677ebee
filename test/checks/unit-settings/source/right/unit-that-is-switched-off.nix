# status: skipped
{ ... }: {
  systemd.services.web = { enable = false; serviceConfig.ConditionPathExists = "/x"; };
}
