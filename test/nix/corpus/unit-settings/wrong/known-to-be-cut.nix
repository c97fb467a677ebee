{ config, ... }: {
  systemd.services.web.serviceConfig = {
    Environment = [ "ARGS=--root ${config.web.root}" "NAME" ]; # wrong: unit-settings
  };
}
