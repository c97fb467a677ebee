{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      specialArgs.constants = import ./libraries/constants.nix;
      modules = [ ./immich.nix ];
    };
  };
}
