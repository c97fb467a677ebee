{ pkgs, ... }:
{
  services.tailscale = {
    enable = true;
    authKeyFile = "/run/secrets/tailscale";
  };
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma.after = [ "network.target" ] ++ [ "tailscaled-autoconnect.service" ];
}
