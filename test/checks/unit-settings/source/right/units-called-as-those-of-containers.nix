{ lib, pkgs, config, ... }:
{
  virtualisation.oci-containers.containers.web.image = "nginx:1";
  virtualisation.oci-containers.containers.db = {
    image = "postgres:16";
    serviceName = "docker-database";
  };
  virtualisation.quadlet.containers.podman-blog.containerConfig.image = "ghost:5";
  home-manager.users.me.services.podman.containers.mail.image = "mail:1";
  systemd.services = {
    podman-web.after = [ "mnt.mount" ];
    docker-database.after = [ "mnt.mount" ];
    podman-blog.after = [ "mnt.mount" ];
    podman-mail.after = [ "mnt.mount" ];
    podman-prune.serviceConfig.Nice = 19;
    podman-auto-update.serviceConfig.Nice = 19;
    podman-restart.after = [ "mnt.mount" ];
    podman-network-web = {
      serviceConfig.RemainAfterExit = true;
      script = "podman network exists web || podman network create web";
    };
    podman-clean.serviceConfig.ExecStart = "${pkgs.podman}/bin/podman image prune -f";
    podman-own.script = config.own.script;
    podman-old.enable = false;
    podman-dropped.overrideStrategy = "asDropin";
  };
}
