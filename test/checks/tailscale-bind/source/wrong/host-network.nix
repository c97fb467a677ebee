{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    extraOptions = [ "--network=host" ];
    environment.LISTEN_ADDRESS = "100.101.102.103"; # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
