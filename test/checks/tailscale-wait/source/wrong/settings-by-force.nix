{ pkgs, lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  systemd.services.podman-kuma = {
    path = [ pkgs.tailscale ];
    preStart = "until tailscale ip -4; do sleep 1; done";
    serviceConfig = lib.mkForce { ExecStart = "${pkgs.podman}/bin/podman start -a kuma"; };
  };
}
