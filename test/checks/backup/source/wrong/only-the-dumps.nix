{
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [ "/mnt/photos:/data" ]; # wrong: backup
  };
  services.restic.backups.all.paths = [ "/mnt/photos/backups" ];
}
