# status: unknown
{
  inputs.vault.url = "git+ssh://git@example.org/vault";
  outputs = { nixpkgs, vault, ... }: {
    nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit vault; };
      modules = [ ({ vault, ... }: { age.secrets.db.file = "${vault}/db.age"; }) ];
    };
  };
}
