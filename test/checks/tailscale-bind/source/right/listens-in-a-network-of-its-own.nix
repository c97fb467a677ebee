# status: skipped
{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    extraOptions = [ "--network=web" ];
    environment.LISTEN_ADDRESS = "100.101.102.103";
  };
}
