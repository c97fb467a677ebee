{ config, pkgs, ... }: {
  systemd.services.web.serviceConfig.Environment = [
    "BIN=${pkgs.hello}/bin"
    "KEY_FILE=${config.age.secrets.web.path}"
    "HOST=${config.networking.hostName}"
    "PORT=${toString config.services.web.port}"
  ];
}
