{ username, constants, pkgs, ... }:
{
  networking.hostName = "macbook";
  home-manager.users.${username} = { config, osConfig, ... }: {
    imports = [ ../../modules/darwin/programs/folder-actions ];
    home.homeDirectory = if pkgs.stdenv.isDarwin then "/Users/${username}" else "/home/${username}";
    home.sessionVariables.HOST = osConfig.networking.hostName;
  };
}
