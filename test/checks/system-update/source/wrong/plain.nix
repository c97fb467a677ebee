{
  system.autoUpgrade.enable = true;
  system.autoUpgrade.allowReboot = true; # wrong: system-update
}
