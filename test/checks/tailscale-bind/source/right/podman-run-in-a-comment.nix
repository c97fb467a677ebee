# status: skipped
{ pkgs, ... }:
{
  systemd.services.kuma = {
    wantedBy = [ "multi-user.target" ];
    script = ''
      # podman run -p 100.101.102.103:3001:3001 louislam/uptime-kuma:1, or kuma --listen=100.101.102.103
      podman run --rm -p 127.0.0.1:3001:3001 louislam/uptime-kuma:1
    '';
  };
}
