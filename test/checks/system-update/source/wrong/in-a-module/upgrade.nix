{ ... }:
{
  system.autoUpgrade.allowReboot = true; # wrong: system-update
}
