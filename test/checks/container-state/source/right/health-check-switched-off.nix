{ ... }: {
  virtualisation.oci-containers.containers = {
    web = { image = "docker.io/library/nginx:1.27"; extraOptions = [ "--health-cmd=none" ]; };
    two = { image = "docker.io/library/nginx:1.27"; extraOptions = [ "--health-cmd=true" "--no-healthcheck" ]; };
    three = { image = "docker.io/library/nginx:1.27"; extraOptions = [ "--health-cmd=true" "--health-startup-cmd=true" ]; };
    four = { image = "docker.io/library/nginx:1.27"; extraOptions = [ "--env" "--health-cmd=true" ]; };
  };
}
