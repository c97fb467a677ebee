{ config, ... }:
{
  services.restic.backups.all.passwordFile = config.age.secrets.restic.path; # wrong: agenix-secrets
}
