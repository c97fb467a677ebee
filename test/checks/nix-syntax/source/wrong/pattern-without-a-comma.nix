{ lib config, ... }: { # wrong: nix-syntax
  networking.hostName = "minipc";
}
