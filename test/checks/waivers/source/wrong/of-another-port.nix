{
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    ports = [
      "100.64.0.1:80:80" # wrong: tailscale-bind # wrong: tailscale-wait
      # hsdoctor: ignore tailscale-wait: only this port # wrong: waivers
      "100.64.0.1:81:81"
    ];
  };
}
