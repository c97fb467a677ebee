{ config, pkgs, lib, ... }:
let
  tailscaleWait = import ./lib/tailscale-wait.nix { inherit pkgs; };
in
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  systemd.services.podman-other.serviceConfig.ExecStartPre = [ "${tailscaleWait}" ]; # wrong: unit-settings
}
