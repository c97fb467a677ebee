{
  system.autoUpgrade = {
    enable = true;
    allowReboot = true;
    rebootWindow = { lower = "01:00"; upper = "05:00"; };
  };
}
