{
  virtualisation.oci-containers = {
    backend = "podman";
    containers.web = {
      image = "nginx:1.27";
      ports = [ "100.101.102.103:80:80" ]; # wrong: tailscale-wait # wrong: tailscale-bind
    };
  };
}
