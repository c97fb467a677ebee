# status: unknown
{ config, lib, ... }:
{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.db = {
    image = "docker.io/library/postgres:16";
    environmentFiles = [ "/run/db/env" ];
  };
  systemd.services.podman-db = lib.mkIf config.machine.writes { preStart = "cp /etc/db.env /run/db/env"; };
}
