{ ... }:
let tailnet = "100.70.0.1"; in
{
  virtualisation.oci-containers.containers.dns = {
    image = "pihole/pihole:latest";
    extraOptions = [
      "--cap-add=NET_ADMIN"
      "--publish=${tailnet}:53:53/udp" # wrong: tailscale-bind # wrong: tailscale-wait
    ];
  };
}
