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
    podman-web.serviceConfig.ExecStartPre = "${./of-bash.sh}"; # wrong: tailscale-wait
    podman-app.serviceConfig.ExecStartPre = "${./not-executable.sh}"; # wrong: tailscale-wait
  };
}
