# status: unknown
{
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [ "/mnt/photos:/data" ];
  };
  services.borgbackup.jobs.all = { paths = [ "/mnt/photos" ]; exclude = [ "*.jpg" ]; };
}
