{
  inputs.nix-darwin.url = "github:nix-darwin/nix-darwin";
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { nix-darwin, home-manager, ... }:
    let
      specialArgs = { constants = import ./constants.nix; username = "kim"; };
    in
    {
      darwinConfigurations = builtins.listToAttrs (map
        (name: {
          inherit name;
          value = nix-darwin.lib.darwinSystem {
            inherit specialArgs;
            modules = [ ./mac.nix home-manager.darwinModules.home-manager { home-manager.extraSpecialArgs = specialArgs; } ];
          };
        }) [ "air" "mini" ]);
    };
}
