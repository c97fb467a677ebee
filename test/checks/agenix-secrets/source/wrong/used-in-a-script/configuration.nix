{ config, pkgs, ... }:
let inherit (config.age) secrets; in
{
  age.secrets.other.file = ./other.age;
  systemd.services.backup.serviceConfig.ExecStart =
    pkgs.writeShellScript "backup" "restic --password-file ${secrets.restic.path} backup /mnt"; # wrong: agenix-secrets
}
