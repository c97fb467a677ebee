{
  outputs = { nixpkgs, ... }:
    let
      constants = import ./constants.nix;
      host = name: nixpkgs.lib.nixosSystem {
        specialArgs = { inherit constants; };
        modules = [ ./web.nix { networking.hostName = name; } ];
      };
    in
    { nixosConfigurations = nixpkgs.lib.genAttrs [ "minipc" "attic" ] host; };
}
