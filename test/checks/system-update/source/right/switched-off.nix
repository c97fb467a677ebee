# status: skipped
{ system.autoUpgrade = { enable = false; allowReboot = true; }; }
