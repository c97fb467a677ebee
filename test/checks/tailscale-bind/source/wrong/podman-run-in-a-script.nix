{ pkgs, ... }:
{
  systemd.services.kuma = {
    wantedBy = [ "multi-user.target" ];
    path = [ pkgs.podman pkgs.tailscale ];
    script = '' # wrong: tailscale-bind # wrong: tailscale-wait
      podman run --rm -p 100.101.102.103:3001:3001 louislam/uptime-kuma:1
    '';
  };
}
