# status: unknown
{ config, ... }:
{
  services.restic.backups.all.passwordFile = config.age.secrets.restic.path;
}
