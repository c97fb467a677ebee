{ ... }: {
  networking = {
    hostName = "minipc";
  system.stateVersion = "24.11";
}
# the file ends without the bracket # wrong: nix-syntax
