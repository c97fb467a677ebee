{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  virtualisation.oci-containers.backend = "docker"; # wrong: oci-backend # wrong: waivers # hsdoctor: ignore oci-backend
}
