{ lib, ... }:
{
  age.secrets = lib.genAttrs [ "db" "api-key" ] (name: {
    file = ./secrets + "/${name}.age"; # wrong: agenix-secrets
    mode = "0400";
  });
}
