# status: unknown
{ config, ... }:
{
  age.secrets.db.rekeyFile = ./db.age;
  systemd.services.x.serviceConfig.LoadCredential = "a:${config.age.secrets.db.path}";
}
