{ "db.age".publicKeys = [ (builtins.readFile /etc/ssh/ssh_host_ed25519_key.pub) ]; }
