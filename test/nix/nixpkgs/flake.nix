# A stand-in for nixpkgs and its friends: as much of them as an evaluation by the real nix needs, without a network.
{
  outputs = { self }:
    let
      lib = import ./lib.nix;
      system = import ./system.nix;
    in
    {
      lib = lib // { nixosSystem = system "x86_64-linux"; darwinSystem = system "aarch64-darwin"; };
      nixosModules = { default = ./nixos/age.nix; home-manager = ./nixos/home-manager.nix; };
      darwinModules.home-manager = ./nixos/home-manager.nix;
    };
}
