{ lib, ... }:
{
  virtualisation.oci-containers.containers = {
    db = {
      image = "postgres:16";
      environment.POSTGRES_PASSWORD = lib.fileContents ./password; # wrong: agenix-secrets
    };
    app = {
      image = "docker.io/library/nginx:1";
      environment.DB_PASSWORD = lib.trim (builtins.readFile ./password); # wrong: agenix-secrets
    };
  };
}
