{
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = inputs: {
    homeConfigurations."kim@air" = inputs.home-manager.lib.homeManagerConfiguration {
      extraSpecialArgs.folder = "/Users/kim/Photos";
      modules = [ ./home.nix ];
    };
  };
}
