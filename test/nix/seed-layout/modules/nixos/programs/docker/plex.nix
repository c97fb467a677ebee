{ config, lib, ... }:
lib.mkIf config.homeserver.plex.enable {
  virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:latest";
}
