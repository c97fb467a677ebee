{ config, lib, ... }:
let
  inherit (config.services.photos) version;
in {
  virtualisation."oci-containers".containers."immich-machine-learning" = {
    image = "ghcr.io/immich-app/immich-machine-learning:${version}-cuda"; # wrong: ml-oom
    extraOptions = lib.optionals false [ "--device=nvidia.com/gpu=all" ];
  };
}
