{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
      specialArgs.constants = import ./constants.nix;
      modules = [ ./web.nix ];
    };
  };
}
