# status: unknown
{ config, ... }:
{
  imports = [ ./age.nix ]; # wrong: visibility
  services.restic.backups.all.passwordFile = config.age.secrets.restic.path;
}
