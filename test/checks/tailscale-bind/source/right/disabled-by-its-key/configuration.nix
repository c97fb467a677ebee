# status: skipped
{
  imports = [ ./web.nix ];
  disabledModules = [ { key = "web"; } ];
  services.tailscale.enable = true;
}
