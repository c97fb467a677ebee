{
  outputs = { nixpkgs, ... }:
    let network = import ./network.nix;
    in {
      nixosConfigurations.nas = nixpkgs.lib.nixosSystem { specialArgs = { inherit network; }; modules = [ ./nas.nix ]; };
      nixosConfigurations.nas2 = nixpkgs.lib.nixosSystem { specialArgs = { inherit network; }; modules = [ ./nas2.nix ]; };
    };
}
