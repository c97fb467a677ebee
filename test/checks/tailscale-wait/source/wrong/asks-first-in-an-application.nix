{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind
  };
  systemd.services.podman-kuma.serviceConfig.ExecStartPre = # wrong: tailscale-wait
    let
      wait = pkgs.writeShellApplication {
        name = "wait";
        runtimeInputs = [ pkgs.tailscale ];
        text = ''
          tailscale status
          until tailscale ip -4; do sleep 1; done
        '';
      };
    in
    "${wait}/bin/wait";
}
