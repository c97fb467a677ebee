{ lib, ... }:
let
  network = "immich";
  database = "immich-postgres";
in
{
  networking = {
    nftables.enable = lib.mkDefault true;
    firewall.enable = true;
  };
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2";
    environment = {
      DB_HOSTNAME = database; # wrong: container-network
      TZ = "Europe/Berlin";
    };
    extraOptions = [ "--network=${network}" ];
  };
  virtualisation.oci-containers.containers.${database} = {
    image = "ghcr.io/immich-app/postgres:14";
    extraOptions = [ "--network=${network}:ip=10.89.0.5" ];
  };
}
