{
  inputs.darwin.url = "github:nix-darwin/nix-darwin";
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { self, darwin, home-manager }: {
    darwinConfigurations.air = darwin.lib.darwinSystem {
      specialArgs = { inherit self; };
      modules = [ home-manager.darwinModules.default ./air.nix ];
    };
  };
}
