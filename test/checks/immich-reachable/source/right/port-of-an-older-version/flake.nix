# status: unknown
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.nix-darwin.url = "github:nix-darwin/nix-darwin";
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { self, nixpkgs, nix-darwin, home-manager, ... }@inputs:
    let
      specialArgs = {  };
    in
    {
      nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { inherit specialArgs; modules = [ { virtualisation.oci-containers = { backend = "podman"; containers.immich-server = { image = "ghcr.io/immich-app/immich-server:v2"; 
        ports = [ "2283:3001" ]; # wrong: immich-versions
      }; }; } ]; };
      darwinConfigurations.air = nix-darwin.lib.darwinSystem {
        inherit specialArgs;
        modules = [ ./mac.nix home-manager.darwinModules.home-manager { home-manager.extraSpecialArgs = specialArgs; } ];
      };
    };
}
