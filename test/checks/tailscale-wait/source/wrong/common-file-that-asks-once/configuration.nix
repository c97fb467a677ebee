{ pkgs, ... }:
let
  wait = import ./lib/tailscale-wait.nix { inherit pkgs; ip = "100.64.0.5"; };
in
{
  services.tailscale.enable = true;
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.kuma = {
    image = "docker.io/louislam/uptime-kuma:1.23.16";
    ports = [ "100.64.0.5:3001:3001" ]; # wrong: tailscale-bind
  };
  virtualisation.oci-containers.containers.plex = {
    image = "docker.io/plexinc/pms-docker:1.41.3";
    ports = [ "100.64.0.5:32400:32400" ]; # wrong: tailscale-bind
  };
  systemd.services.podman-kuma.serviceConfig.ExecStartPre = [ wait ];
  systemd.services.podman-plex.serviceConfig.ExecStartPre = [ wait ];
}
