{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.nix-darwin.url = "github:nix-darwin/nix-darwin";
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { self, nixpkgs, nix-darwin, home-manager, ... }@inputs:
    let
      specialArgs = { port = 2283; };
    in
    {
      nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { inherit specialArgs; modules = [ ./server.nix ]; };
      darwinConfigurations.air = nix-darwin.lib.darwinSystem {
        inherit specialArgs;
        modules = [ ./mac.nix home-manager.darwinModules.home-manager { home-manager.extraSpecialArgs = specialArgs; } ];
      };
    };
}
