{ config, ... }:
{
  age.secrets.immich-db-password.file = ./secrets/immich-db-password.age; # wrong: agenix-secrets
}
