{
  system.autoUpgrade = {
    enable = true;
    dates = "04:40";
    allowReboot = true; # wrong: system-update
  };
}
