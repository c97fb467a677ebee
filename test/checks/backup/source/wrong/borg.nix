{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [
      "/srv/immich:/data:rw" # wrong: backup
    ];
  };
  services.borgbackup.jobs.nightly.paths = "/home";
}
