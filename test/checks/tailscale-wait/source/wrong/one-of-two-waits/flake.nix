{
  outputs = { self, nixpkgs }:
    let constants = import ./constants.nix; in {
      nixosConfigurations."minipc" = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit constants; };
        modules = [ ./containers.nix { networking.hostName = "minipc"; } ];
      };
    };
}
