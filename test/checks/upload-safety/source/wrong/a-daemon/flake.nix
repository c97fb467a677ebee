{
  inputs = { nixpkgs.url = "github:NixOS/nixpkgs"; nix-darwin.url = "github:nix-darwin/nix-darwin"; };
  outputs = { nixpkgs, nix-darwin, ... }: {
    darwinConfigurations.air = nix-darwin.lib.darwinSystem { modules = [ ./mac.nix ]; };
  };
}
