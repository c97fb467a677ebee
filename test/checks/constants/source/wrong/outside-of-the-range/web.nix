{ constants, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [ "${constants.network.minipcTailscaleIP}:80:80" ];
  };
}
