# status: skipped
{ config, ... }:
{
  imports = [ ./age.nix ]; # wrong: visibility # wrong: nix-syntax
  services.restic.backups.all.passwordFile = config.age.secrets.restic.path;
}
