# status: unknown
{ config, ... }: { system.autoUpgrade = { enable = true; allowReboot = config.my.reboots; }; }
