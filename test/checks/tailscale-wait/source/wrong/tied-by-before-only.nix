{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind
  };
  systemd.services."tailscale-ready" = {
    wantedBy = [ "multi-user.target" ];
    before = [ "podman-kuma.service" ]; # wrong: tailscale-wait
    path = [ pkgs.tailscale ];
    serviceConfig.Type = "oneshot";
    script = ''
      until tailscale ip -4; do sleep 1; done
    '';
  };
}
