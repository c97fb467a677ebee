{ pkgs, ... }:
{
  virtualisation.oci-containers.containers = {
    server = { image = "nginx:1.27"; ports = [ "100.101.102.103:80:80" ]; };
    page = { image = "nginx:1.27"; ports = [ "100.101.102.103:81:80" ]; dependsOn = [ "server" ]; };
  };
  systemd.services.podman-server.serviceConfig.ExecStartPre =
    pkgs.writeShellScript "wait" "until ${pkgs.tailscale}/bin/tailscale ip; do sleep 1; done";
}
