{ "db.age".publicKeys = [ "ssh-ed25519 A" ]; }
