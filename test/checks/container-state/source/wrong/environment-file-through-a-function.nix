{ lib, ... }:
let
  runtime = name: "/run/${name}";
  withSecrets = name: container: container // {
    environmentFiles = [
      (runtime name + "/secrets.env") # wrong: container-state
    ];
  };
in {
  virtualisation.oci-containers.containers = lib.mapAttrs withSecrets {
    miniflux.image = "docker.io/miniflux/miniflux:2.2.0";
    freshrss.image = "docker.io/freshrss/freshrss:1.24.3";
  };
}
