{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
      modules = [ { age.secrets.db.file = ./secrets/db.age; } ];
    };
  };
}
