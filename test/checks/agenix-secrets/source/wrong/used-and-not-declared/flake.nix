{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = builtins.mapAttrs (name: modules: nixpkgs.lib.nixosSystem { inherit modules; }) {
      minipc = [ ./db.nix { age.secrets.api.file = ./secrets/api.age; } ];
      attic = [ { age.secrets.db.file = ./secrets/db.age; } ];
    };
  };
}
