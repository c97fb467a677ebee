{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.old = nixpkgs.lib.nixosSystem { modules = [ (import ./immich.nix "v1.140.0") ]; };
    nixosConfigurations.new = nixpkgs.lib.nixosSystem { modules = [ (import ./immich.nix "v2.1.0") ]; };
  };
}
