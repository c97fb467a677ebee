{ constants, username, ... }:
{
  imports = [
    ../../modules/nixos/configuration.nix
    ../../modules/shared/age.nix
  ];
  networking.hostName = "minipc";
  users.users.${username}.uid = constants.ids.user;
}
