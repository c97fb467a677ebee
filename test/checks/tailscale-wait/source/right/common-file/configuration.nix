{ config, pkgs, lib, ... }:
let
  tailscaleWait = import ./lib/tailscale-wait.nix { inherit pkgs; };
in
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma = {
    after = [ "tailscaled.service" ];
    serviceConfig.ExecStartPre = [ "${tailscaleWait}" ];
  };
}
