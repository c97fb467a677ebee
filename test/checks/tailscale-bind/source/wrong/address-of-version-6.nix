{
  virtualisation.oci-containers.containers.web = rec {
    image = "nginx:1.27";
    environment.LISTEN = "fd7a:115c:a1e0::1";
    ports = [ "[${environment.LISTEN}]:80:80" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
