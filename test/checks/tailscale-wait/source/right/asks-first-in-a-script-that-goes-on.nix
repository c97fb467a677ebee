{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma.serviceConfig.ExecStartPre = pkgs.writeShellScript "wait" ''
    ip=$(${pkgs.tailscale}/bin/tailscale ip -4)
    while [ -z "$ip" ]; do
      sleep 1
      ip=$(${pkgs.tailscale}/bin/tailscale ip -4)
    done
  '';
}
