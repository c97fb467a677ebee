{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma.serviceConfig.ExecCondition =
    pkgs.writeShellScript "wait" "until ${pkgs.tailscale}/bin/tailscale ip -4; do sleep 1; done";
}
