{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = nixpkgs.lib.mapAttrs (name: gpu: nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      specialArgs = { inherit gpu; };
      modules = [ ./ml.nix ];
    }) { small = [ ]; large = [ "/dev/dri:/dev/dri" ]; };
  };
}
