{ outputs = { nixpkgs, ... }: { nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ ./backup.nix ]; }; }; }
