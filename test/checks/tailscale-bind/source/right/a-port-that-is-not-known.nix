# status: skipped
{ secretConstants, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [ "${toString secretConstants.webPort}:80" "127.0.0.1:${toString secretConstants.other}:81" ];
  };
}
