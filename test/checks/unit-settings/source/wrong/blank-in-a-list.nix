{ ... }: {
  systemd.services.web.serviceConfig.Environment = [
    "PORT=8080"
    "TITLE=My photos" # wrong: unit-settings
  ];
}
