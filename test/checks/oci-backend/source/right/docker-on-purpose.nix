{ pkgs, ... }:
{
  system.stateVersion = "24.05";
  virtualisation.docker.enable = true;
  virtualisation.oci-containers = {
    backend = "docker";
    containers.portainer = {
      image = "docker.io/portainer/portainer-ce:2.21.4";
      volumes = [ "/var/run/docker.sock:/var/run/docker.sock" ];
    };
  };
  systemd.services.docker-portainer.after = [ "docker-network-web.service" ];
  systemd.services.docker-network-web = {
    serviceConfig.Type = "oneshot";
    script = "${pkgs.docker}/bin/docker network inspect web || ${pkgs.docker}/bin/docker network create web";
  };
}
