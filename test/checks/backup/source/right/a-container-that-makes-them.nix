# status: unknown
{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [
      "/mnt/photos:/data"
    ];
  };
  virtualisation.oci-containers.containers.borgmatic.image = "ghcr.io/borgmatic-collective/borgmatic:1.9";
  services.restic.backups.all.paths = [ "/home" ];
}
