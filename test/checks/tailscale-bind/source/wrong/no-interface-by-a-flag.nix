{ ... }:
{
  services.tailscale = {
    enable = true;
    extraDaemonFlags = [ "--tun=userspace-networking" ]; # wrong: tailscale-bind
  };
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma.serviceConfig.RestartSec = "5s";
}
