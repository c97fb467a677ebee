# status: unknown
{ config, ... }: {
  networking.nftables.enable = config.own.nftables;
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2";
      environment.DB_HOSTNAME = "immich-postgres";
      networks = [ "immich" ];
    };
    immich-postgres = {
      image = "ghcr.io/immich-app/postgres:14";
      networks = [ "immich" ];
    };
  };
}
