# status: skipped
{
  imports = [ ./web.nix ];
  disabledModules = [ (toString ./web.nix) ];
  services.tailscale.enable = true;
}
