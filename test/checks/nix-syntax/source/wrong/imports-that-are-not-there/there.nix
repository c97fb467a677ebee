{
  imports = [ ./sub ]; # wrong: nix-syntax # wrong: visibility
}
