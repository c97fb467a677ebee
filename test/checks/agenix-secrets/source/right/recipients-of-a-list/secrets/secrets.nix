let
  keys = import ./keys.nix;
  names = [ "db" "api" ];
in
builtins.listToAttrs (map (name: { name = "${name}.age"; value.publicKeys = builtins.attrValues keys; }) names)
