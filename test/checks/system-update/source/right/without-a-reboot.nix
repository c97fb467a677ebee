{
  system.autoUpgrade = { enable = true; allowReboot = false; };
}
