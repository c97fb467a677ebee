{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1";
    ports = [ "100.101.102.103:80:80" ]; # wrong: tailscale-wait # wrong: tailscale-bind
  };
  systemd.services = {
    first = { after = [ "podman-web.service" ]; serviceConfig.ExecStart = "${pkgs.coreutils}/bin/true"; };
    prepare = { after = [ "first.service" ]; requires = [ "first.service" ]; serviceConfig.ExecStart = "${pkgs.coreutils}/bin/true"; };
    podman-web = { after = [ "prepare.service" "ready.target" ]; requires = [ "prepare.service" ]; };
  };
  systemd.targets.ready.wants = [ "first.service" ];
}
