{ outputs = { self, nixpkgs }: let constants = import ./constants.nix; in {
  nixosConfigurations.mini = nixpkgs.lib.nixosSystem { system = "x86_64-linux"; specialArgs = { inherit constants; }; modules = [ ./host.nix ]; };
}; }
