{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [
      "/srv/immich:/data" "/mnt/photos:/data/library"
    ];
  };
  services.restic.backups.all.paths = [ "/mnt/photos" ];
}
