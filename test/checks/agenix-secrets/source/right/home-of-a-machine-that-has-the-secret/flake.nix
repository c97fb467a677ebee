{
  outputs = { nixpkgs, home-manager, agenix, ... }: {
    nixosConfigurations.mini = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ agenix.nixosModules.default ./mini.nix ];
    };
    nixosConfigurations.nas = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ { system.stateVersion = "24.05"; } ];
    };
    homeConfigurations."me@mini" = home-manager.lib.homeManagerConfiguration { modules = [ ./home.nix ]; };
  };
}
