# status: unknown
{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1";
    ports = [ "100.101.102.103:80:80" ];
  };
  systemd.tmpfiles.rules = [ "L+ /bin/bash - - - - ${pkgs.bash}/bin/bash" ];
  systemd.services.podman-web.serviceConfig.ExecStartPre =
    "/bin/bash -c 'until ${pkgs.tailscale}/bin/tailscale ip -4; do sleep 1; done'";
}
