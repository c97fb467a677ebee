{
  description = ''x'';
  inputs = { nixpkgs.url = "github:NixOS/nixpkgs"; };
  outputs = inputs@{ self, nixpkgs, ... }: {
    nixosConfigurations."box" = nixpkgs.lib.nixosSystem { modules = [ ./box.nix { a = 1; } (_: { }) ]; };
  };
}
