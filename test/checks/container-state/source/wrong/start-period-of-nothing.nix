{ ... }: {
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    extraOptions = [ "--health-start-period=0s" ] ++ map (value: "--health-cmd=${value}") [ "true" ]; # wrong: container-state
  };
}
