{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    extraOptions = [ "--net=host" ];
    cmd = [ "serve" "--listen=100.101.102.103:80" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
