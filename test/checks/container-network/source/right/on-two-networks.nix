{ ... }: {
  networking.nftables.enable = true;
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2";
      environment.DB_HOSTNAME = "immich-postgres-2";
      networks = [ "immich" ];
    };
    immich-postgres = {
      image = "ghcr.io/immich-app/postgres:14";
      networks = [ "other" ];
    };
  };
}
