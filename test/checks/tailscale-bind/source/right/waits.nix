{ pkgs, ... }:
{
  services.caddy = { enable = true; globalConfig = "default_bind 100.101.102.103"; };
  systemd.services.caddy.preStart = ''
    until ${pkgs.tailscale}/bin/tailscale ip -4 | grep -qxF 100.101.102.103; do sleep 1; done
  '';
}
