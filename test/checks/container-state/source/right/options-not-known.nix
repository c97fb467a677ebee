# status: unknown
{ config, ... }: {
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    extraOptions = [ "--health-cmd=true" ] ++ config.web.health;
  };
}
