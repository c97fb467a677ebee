# status: skipped
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
      modules = [ { launchd.agents.upload-immich.config.TimeOut = 1800; } ];
    };
  };
}
