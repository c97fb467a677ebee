# status: unknown
{ config, lib, ... }:
{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:16";
    environmentFiles = [ "/run/db/env" ];
  };
  systemd.services.podman-db.serviceConfig.RuntimeDirectory = lib.mkIf config.machine.moves (
    lib.mkForce "database"
  );
}
