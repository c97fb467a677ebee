{
  imports = [
    ./there.nix
    ./containers/kuma.nix # wrong: nix-syntax # wrong: visibility
  ];
}
