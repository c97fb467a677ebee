{ pkgs, constants, ... }:
let
  wait = import ./tailscale-wait.nix { inherit pkgs; };
  publish = port: "${constants.network.minipcTailscaleIP}:${toString port}:80";
in
{
  virtualisation.oci-containers.containers = {
    one = { image = "nginx:1.27"; ports = [ (publish 81) ]; };
    two = {
      image = "nginx:1.27";
      ports = map publish [ 82 ]; # wrong: tailscale-bind # wrong: tailscale-wait
    };
  };
  systemd.services.podman-one.serviceConfig.ExecStartPre = "${wait}";
}
