{ pkgs, ... }:
let
  oneshot = { Type = "oneshot"; RemainAfterExit = true; };
in
{
  virtualisation.oci-containers.containers = {
    web = { image = "docker.io/library/nginx:1"; ports = [ "100.101.102.103:80:80" ]; };
    app = { image = "docker.io/library/nginx:1"; ports = [ "100.101.102.103:81:80" ]; };
    db.image = "postgres:16";
    proxy = { image = "docker.io/library/nginx:1"; dependsOn = [ "db" ]; };
    kuma = { image = "louislam/uptime-kuma:1"; dependsOn = [ "proxy" ]; ports = [ "100.101.102.103:82:80" ]; };
  };
  systemd.services = {
    address = {
      path = [ pkgs.tailscale ];
      script = "until tailscale ip -4; do sleep 1; done";
      serviceConfig = oneshot;
    };
    prepare = {
      after = [ "address.service" ];
      requires = [ "address.service" ];
      serviceConfig = oneshot // { ExecStart = "${pkgs.coreutils}/bin/true"; };
    };
    podman-web = { after = [ "prepare.service" ]; requires = [ "prepare.service" ]; };
    podman-app = { after = [ "ready.target" ]; requires = [ "ready.target" ]; };
    podman-db = { after = [ "address.service" ]; requires = [ "address.service" ]; };
  };
  systemd.targets.ready = { requires = [ "address.service" ]; after = [ "address.service" ]; };
}
