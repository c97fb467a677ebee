{ lib, ... }:
let engine = "dock" + "er"; in {
  system.stateVersion = "24.11";
  virtualisation."oci-containers" = {
    backend = lib.mkForce engine; # wrong: oci-backend
    containers."plex".image = "docker.io/plexinc/pms-docker:1.41.3";
  };
}
