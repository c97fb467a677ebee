{ config, lib, ... }:
{
  options.homeserver.tailscaleAddress = lib.mkOption {
    type = lib.types.str;
    default = "192.168.0.10"; # wrong: constants
    example = "100.64.0.1";
  };
  config.services.grafana.settings.server.http_addr = config.homeserver.tailscaleAddress;
}
