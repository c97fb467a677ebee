# status: unknown
{ secretConstants, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [ "${secretConstants.address}:80:80" ];
  };
}
