{ ... }:
{
  virtualisation.oci-containers.containers = {
    a = { image = "docker.io/library/nginx:1"; ports = [ "3000-3010:3000-3010" ]; };
    b = {
      image = "docker.io/library/nginx:1";
      ports = [ "127.0.0.1:3005:80" ]; # wrong: container-state
    };
    c = {
      image = "docker.io/library/nginx:1";
      extraOptions = [ "--publish=3010:80" ]; # wrong: container-state
    };
    d = { image = "docker.io/library/nginx:1"; ports = [ "3011-3012:80-81" "3005:80/udp" ]; };
  };
}
