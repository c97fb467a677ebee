let
  names = [ "annexed" "armoured" "crypted" "db" "empty" "plain" "stored" ];
in
builtins.listToAttrs (map (name: { name = "${name}.age"; value.publicKeys = [ "ssh-ed25519 A" ]; }) names)
