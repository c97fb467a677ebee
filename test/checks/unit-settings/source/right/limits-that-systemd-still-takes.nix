{ ... }: {
  systemd.services.web.serviceConfig = {
    StartLimitBurst = 5;
    StartLimitInterval = 30;
    FailureAction = "none";
  };
}
