{ constants, ... }:
let inherit (constants.site) title port;
in {
  systemd.services.web.serviceConfig.Environment = [
    "PORT=${toString port}"
    "TITLE=${title}" # wrong: unit-settings
  ];
}
