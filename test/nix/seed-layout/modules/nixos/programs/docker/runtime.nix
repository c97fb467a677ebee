{ config, lib, constants, ... }:
let
  cfg = config.homeserver;
  anyEnabled = cfg.immich.enable || cfg.uptimeKuma.enable || cfg.plex.enable;
in
{
  config = lib.mkIf anyEnabled {
    virtualisation.podman = { enable = true; dockerCompat = true; };
    virtualisation.podman.defaultNetwork.settings.dns_enabled = true;
    virtualisation.oci-containers.backend = "podman";
    systemd.tmpfiles.rules = [ "d ${constants.paths.dockerData} 0755 root root -" ];
  };
}
