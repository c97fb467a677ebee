{ lib, ... }:
let
  services = { kuma = 3001; plex = 32400; };
in
{
  virtualisation.oci-containers.containers = lib.mapAttrs (name: port: {
    image = "example.org/${name}:1";
    ports = [ "100.127.255.254:${toString port}:80" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  }) services;
}
