{ configuration }: import ../system.nix "x86_64-linux" { modules = [ configuration ]; }
