# status: unknown
{
  imports = [
    ./hardware-configuration.nix # wrong: visibility
    ./local.nix # wrong: visibility
    ../common.nix # wrong: visibility
    ./shared/base.nix # wrong: visibility
  ];
}
