{ pkgs, ... }:
let
  address = "100.101.102.103";
  web = "${address}:80:80";
in
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [ web ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  services.nginx = {
    enable = true;
    virtualHosts.a.listenAddresses = [ address ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  services.caddy = {
    enable = true;
    configFile = pkgs.writeText "Caddyfile" '' # wrong: tailscale-bind # wrong: tailscale-wait
      :80 {
        bind ${address}
      }
    '';
  };
  services.redis.servers.immich = { enable = true; bind = address; }; # wrong: tailscale-bind # wrong: tailscale-wait
}
