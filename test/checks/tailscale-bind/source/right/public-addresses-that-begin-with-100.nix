# status: skipped
{ ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    ports = [ "100.63.255.255:80:80" "100.128.0.1:81:80" "100.1.2.3:82:80" ];
  };
}
