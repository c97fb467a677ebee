{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [
      "immich-upload:/data" # wrong: backup
    ];
  };
  services.restic.backups.all.paths = [ "/var/lib/postgresql" ];
}
