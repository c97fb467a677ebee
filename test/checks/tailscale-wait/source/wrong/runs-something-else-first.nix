{ pkgs, ... }:
{
  nixpkgs.overlays = [ (final: prev: { }) ];
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-wait # wrong: tailscale-bind
  };
  systemd.services.podman-kuma.preStart = "${pkgs.coreutils}/bin/mkdir -p /var/lib/kuma";
}
