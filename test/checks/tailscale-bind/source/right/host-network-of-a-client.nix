# status: unknown
{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    extraOptions = [ "--network=host" ];
    environment.HOST = "100.101.102.103";
  };
}
