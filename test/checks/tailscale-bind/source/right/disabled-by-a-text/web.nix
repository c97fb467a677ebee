{
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    ports = [ "100.64.0.1:80:80" ];
  };
}
