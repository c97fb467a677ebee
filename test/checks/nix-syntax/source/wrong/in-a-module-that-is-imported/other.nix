{ ... }: {
  networking.hostName = "minipc";
  networking.extraHosts = ''
    # ''${no comment} here
  ''; 
  networking.domain = "a" + + "b"; # wrong: nix-syntax
}
