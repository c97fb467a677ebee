{ config, pkgs, lib, ... }:
{
  options.homeserver.wait = lib.mkOption { type = lib.types.bool; default = false; };
  config = {
    virtualisation.oci-containers.containers.kuma = {
      image = "louislam/uptime-kuma:1";
      ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
    };
    systemd.services.podman-kuma = lib.mkIf config.homeserver.wait {
      serviceConfig.ExecStartPre = [ (pkgs.writeShellScript "wait" "until tailscale ip -4; do sleep 1; done") ];
    };
  };
}
