{ pkgs, ... }:
{
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.tailscaled.serviceConfig.ExecStartPost =
    "${pkgs.bash}/bin/bash -c 'until ${pkgs.tailscale}/bin/tailscale ip -4; do sleep 1; done'";
  systemd.services.podman-kuma = {
    after = [ "tailscaled.service" ];
    requires = [ "tailscaled.service" ];
  };
}
