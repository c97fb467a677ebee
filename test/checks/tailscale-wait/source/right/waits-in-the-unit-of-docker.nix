{ pkgs, ... }:
{
  system.stateVersion = "24.05";
  virtualisation.oci-containers = {
    backend = "docker";
    containers.plex = {
      image = "docker.io/plexinc/pms-docker:1.41.3";
      ports = [ "100.64.1.2:32400:32400" ];
    };
  };
  systemd.services.docker-plex.serviceConfig.ExecStartPre = [
    "${pkgs.writeShellScript "wait" "until ${pkgs.tailscale}/bin/tailscale ip -4; do sleep 1; done"}"
  ];
}
