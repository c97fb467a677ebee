{ ... }:
{
  age.secrets.api = rec {
    name = "api";
    file = ./secrets/${name}.age; # wrong: agenix-secrets
  };
}
