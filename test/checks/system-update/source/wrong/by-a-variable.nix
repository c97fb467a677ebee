let
  reboots = true;
in
{
  system.autoUpgrade.enable = true;
  system.autoUpgrade.allowReboot = reboots; # wrong: system-update
}
