{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma = {
    path = [ pkgs.tailscale ];
    preStart = ''
      ip=""
      while [ -z "$ip" ]; do
        ip=$(tailscale ip -4 2>/dev/null || true)
        sleep 2
      done
    '';
  };
}
