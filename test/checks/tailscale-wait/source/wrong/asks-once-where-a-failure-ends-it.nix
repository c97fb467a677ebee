{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind
  };
  systemd.services.podman-kuma = {
    path = [ pkgs.tailscale ];
    preStart = '' # wrong: tailscale-wait
      ip=$(tailscale ip -4)
      while [ -z "$ip" ]; do
        sleep 1
        ip=$(tailscale ip -4)
      done
    '';
  };
}
