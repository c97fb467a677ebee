{ config, ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [
      "${config.age.secrets.db.path}:/run/secrets/db:ro"
      "/mnt/photos:/data"
    ];
  };
  services.restic.backups.all.paths = [ "/mnt/photos" ];
}
