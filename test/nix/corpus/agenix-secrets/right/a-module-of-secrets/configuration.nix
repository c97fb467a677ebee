{ ... }:
{
  imports = [ ./modules/secrets.nix ];
}
