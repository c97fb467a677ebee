{ pkgs, ... }:
{
  systemd.services.kuma = {
    wantedBy = [ "multi-user.target" ];
    path = [ pkgs.podman pkgs.tailscale ];
    script = ''
      until tailscale ip -4; do sleep 1; done
      podman run --rm -p 100.101.102.103:3001:3001 louislam/uptime-kuma:1
    '';
  };
}
