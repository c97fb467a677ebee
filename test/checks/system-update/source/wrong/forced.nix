{ lib, ... }: {
  system.autoUpgrade.enable = lib.mkDefault true;
  system.autoUpgrade.allowReboot = lib.mkForce true; # wrong: system-update
}
