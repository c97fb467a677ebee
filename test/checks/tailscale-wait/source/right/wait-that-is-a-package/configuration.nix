# status: unknown
{ lib, pkgs, ... }:
let wait = pkgs.callPackage ./wait.nix { }; in
{
  virtualisation.oci-containers.containers = {
    kuma = {
      image = "louislam/uptime-kuma:1";
      ports = [ "100.101.102.103:3001:3001" ];
    };
    web = {
      image = "docker.io/library/nginx:1";
      ports = [ "100.101.102.103:80:80" ];
    };
    app = {
      image = "docker.io/library/nginx:1";
      ports = [ "100.101.102.103:81:80" ];
    };
  };
  systemd.services = {
    podman-kuma.serviceConfig.ExecStartPre = [ "${wait}/bin/wait-for-it" ];
    podman-web.serviceConfig.ExecStartPre = lib.getExe wait;
    prepare.serviceConfig = {
      Type = "oneshot";
      ExecStart = "${wait}/bin/wait-for-it";
    };
    podman-app = {
      after = [ "prepare.service" ];
      requires = [ "prepare.service" ];
    };
  };
}
