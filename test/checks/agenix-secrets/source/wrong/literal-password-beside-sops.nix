{ config, lib, ... }:
{
  sops.secrets.db = { };
  virtualisation.oci-containers.containers.db = {
    image = "postgres:16";
    environment = lib.mkForce { "POSTGRES_PASSWORD" = "hunter2"; }; # wrong: agenix-secrets
  };
}
