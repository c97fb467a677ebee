# status: skipped
{ config, lib, pkgs, ... }:
let
  cfg = config.services.caddy;
  paths.dockerData = "/srv";
  dataDyr = "/x";
in
{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.a = {
    image = "x:1";
    volumes = [
      "${cfg.dataDir}/a:/data"
      "${config.services.immich.mediaLocation}:/media"
      "${pkgs.dockerDatas}:/b"
      "${paths.dockerData}:/c"
      "${paths.dockerDatas or dataDyr}:/d"
    ];
  };
}
