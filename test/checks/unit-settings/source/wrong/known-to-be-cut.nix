{ config, ... }: {
  systemd.services.web.serviceConfig = {
    Environment = [
      "ARGS=--root ${config.web.root} --quiet" # wrong: unit-settings
      "NAME" # wrong: unit-settings
    ];
  };
}
