{ system.autoUpgrade.enable = true; }
