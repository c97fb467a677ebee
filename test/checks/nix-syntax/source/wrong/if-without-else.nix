{ lib, ... }: {
  networking.hostName = if true then "minipc"; # wrong: nix-syntax
}
