# status: skipped
{ ... }: {
  networking.nftables.enable = true;
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2";
      environment.DB_HOSTNAME = "immich-postgres";
    };
    immich-postgres = {
      image = "ghcr.io/immich-app/postgres:14";
      extraOptions = [ "--network=host" ];
    };
  };
}
