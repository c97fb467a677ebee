# status: skipped
{
  outputs = { nix-darwin, ... }: {
    darwinConfigurations.macbook = nix-darwin.lib.darwinSystem {
      modules = [ { services.prometheus.exporters.node.listenAddress = "100.101.102.103"; } ];
    };
  };
}
