{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  virtualisation.oci-containers.backend = "docker"; # wrong: oci-backend hsdoctor: ignore oci-backend until 2020-02-29: until the move # wrong: waivers
}
