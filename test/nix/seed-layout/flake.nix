{
  description = "A made-up home server and the Mac that feeds it";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    home-manager.url = "github:nix-community/home-manager";
    agenix.url = "github:ryantm/agenix";
  };

  outputs = { self, nixpkgs, nix-darwin, home-manager, agenix, ... }@inputs:
    let
      username = "sam";
      constants = import ./libraries/constants.nix;
      specialArgs = { inherit inputs username constants; };
      mkHost = { system, maker, modules }:
        maker {
          inherit system specialArgs;
          modules = modules ++ [
            {
              home-manager.extraSpecialArgs = specialArgs;
              home-manager.useGlobalPkgs = true;
            }
          ];
        };
    in
    {
      nixosConfigurations = {
        minipc = mkHost {
          system = "x86_64-linux";
          maker = nixpkgs.lib.nixosSystem;
          modules = [
            ./hosts/minipc
            agenix.nixosModules.default
            home-manager.nixosModules.home-manager
          ];
        };
      };
      darwinConfigurations."macbook" = mkHost {
        system = "aarch64-darwin";
        maker = nix-darwin.lib.darwinSystem;
        modules = [ ./hosts/macbook home-manager.darwinModules.home-manager ];
      };
    };
}
