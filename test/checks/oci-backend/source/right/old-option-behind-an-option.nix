# status: unknown
{ config, lib, ... }:
{
  docker-containers.web = lib.mkIf config.machine.isOld { image = "docker.io/library/nginx:1.27"; };
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:16";
}
