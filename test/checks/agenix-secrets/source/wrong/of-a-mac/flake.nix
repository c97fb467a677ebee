{
  outputs = { nix-darwin, home-manager, ... }: {
    darwinConfigurations.macbook = nix-darwin.lib.darwinSystem {
      modules = [ home-manager.darwinModules.home-manager ./mac.nix ];
    };
  };
}
