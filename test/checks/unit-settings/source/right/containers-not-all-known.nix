# status: unknown
{ config, ... }:
{
  virtualisation.oci-containers.containers = {
    web.image = "nginx:1";
    ${config.own.name}.image = "nginx:1";
  };
  systemd.services.podman-other.after = [ "mnt.mount" ];
}
