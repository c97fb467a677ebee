{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  # hsdoctor: ignore oci-backend: it stands above the wrong line # wrong: waivers
  system.name = "x";
  virtualisation.oci-containers.backend = "docker"; # wrong: oci-backend
}
