{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services."podman-kuma".serviceConfig.ExecStartPre = lib.mkAfter [
    (lib.getExe (pkgs.writeShellApplication {
      name = "wait-for-tailscale";
      runtimeInputs = [ pkgs.tailscale ];
      text = "until tailscale status --json | grep -q Running; do sleep 2; done";
    }))
  ];
}
