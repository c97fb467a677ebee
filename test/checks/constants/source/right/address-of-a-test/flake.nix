{
  outputs =
    { nixpkgs, ... }:
    {
      nixosConfigurations.nas = nixpkgs.lib.nixosSystem { modules = [ ./nas.nix ]; };
      checks.x86_64-linux.network = import ./tests/network.nix { inherit nixpkgs; };
    };
}
