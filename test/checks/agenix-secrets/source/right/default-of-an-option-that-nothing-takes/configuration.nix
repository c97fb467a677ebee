# status: ok
{ config, lib, ... }:
let
  cfg = config.my.backup;
in
{
  options.my.backup = {
    enable = lib.mkEnableOption "backups";
    passwordFile = lib.mkOption {
      type = lib.types.path;
      default = config.age.secrets.restic.path;
    };
    tokenFile = lib.mkOption {
      type = lib.types.str;
      default = "/run/agenix/token";
    };
    certificate = lib.mkOption {
      type = lib.types.attrs;
      default.credentialsFile = config.age.secrets.dns.path;
    };
  };
  config = lib.mkMerge [
    { age.secrets.db.file = ./db.age; }
    (lib.mkIf cfg.enable {
      systemd.services.backup.serviceConfig.ExecStart = "restic --password-file ${cfg.passwordFile}";
    })
  ];
}
