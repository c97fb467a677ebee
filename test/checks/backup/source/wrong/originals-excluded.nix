{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [
      "/mnt/photos:/data" # wrong: backup
    ];
  };
  services.borgbackup.jobs.all = {
    paths = [ "/mnt/photos" ];
    exclude = [ "/mnt/photos/library" "/mnt/photos/upload/*" ];
  };
}
