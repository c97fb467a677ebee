{ pkgs, ... }:
{
  virtualisation.oci-containers.containers = {
    web = {
      image = "docker.io/library/nginx:1";
      ports = [ "100.101.102.103:80:80" ]; # wrong: tailscale-bind
    };
    app = {
      image = "docker.io/library/nginx:1";
      ports = [ "100.101.102.103:81:80" ]; # wrong: tailscale-bind
    };
  };
  systemd.services = {
    podman-web.serviceConfig.ExecStartPre = "/usr/bin/tailscale wait"; # wrong: tailscale-wait
    podman-app.serviceConfig.ExecStartPre = "/bin/bash -c 'until ${pkgs.tailscale}/bin/tailscale ip -4; do sleep 1; done'"; # wrong: tailscale-wait
  };
}
