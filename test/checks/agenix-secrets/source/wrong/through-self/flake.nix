{
  outputs = { self, nixpkgs, agenix }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit self; };
      modules = [ agenix.nixosModules.default ./age.nix ];
    };
  };
}
