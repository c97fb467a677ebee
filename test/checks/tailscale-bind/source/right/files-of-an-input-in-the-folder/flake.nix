# status: unknown
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
  inputs.parts = { url = "path:./parts"; flake = false; };
  outputs = { nixpkgs, parts, ... }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ (parts + "/web.nix") ];
    };
  };
}
