{
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    # hsdoctor: ignore tailscale-wait: until 2020-01-01: it comes later # wrong: waivers
    ports = [ "100.64.0.1:80:80" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
