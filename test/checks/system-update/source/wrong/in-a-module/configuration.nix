{
  imports = [ ./upgrade.nix ];
  system.autoUpgrade.enable = true;
}
