{
  virtualisation.oci-containers.containers.web.image = "nginx:1";
  systemd.services.docker-web.after = [ "mnt-photos.mount" ];
}
