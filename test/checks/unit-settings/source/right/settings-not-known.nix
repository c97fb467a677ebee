# status: unknown
{ config, ... }: {
  systemd.services.web.serviceConfig = { Type = "simple"; } // config.web.settings;
}
