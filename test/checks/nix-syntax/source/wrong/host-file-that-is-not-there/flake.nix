{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.mini = nixpkgs.lib.nixosSystem {
      modules = [ ./hardware-configuration.nix ]; # wrong: nix-syntax # wrong: visibility
    };
  };
}
