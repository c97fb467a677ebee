{
  inputs.darwin.url = "github:nix-darwin/nix-darwin";
  outputs = { self, darwin, ... }: {
    darwinConfigurations.air = darwin.lib.darwinSystem { modules = [ ./air.nix ]; };
  };
}
