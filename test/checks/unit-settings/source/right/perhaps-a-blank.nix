# status: unknown
{ config, ... }: {
  systemd.services.web.serviceConfig.Environment = [ "TITLE=${config.web.title}" ];
}
