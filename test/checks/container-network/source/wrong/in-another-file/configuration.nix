{ ... }: {
  imports = [ ./firewall.nix ];
  virtualisation.oci-containers.containers = {
    app = {
      image = "docker.io/own/app:1";
      environment.DATABASE_URL = "postgres://app@db:5432/app"; # wrong: container-network
      networks = [ "back" "front" ];
    };
    db = {
      image = "docker.io/postgres:16";
      networks = [ "back" ];
    };
  };
}
