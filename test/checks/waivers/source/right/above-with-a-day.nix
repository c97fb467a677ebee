{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  # hsdoctor: ignore oci-backend until 2999-12-31: until the move
  # another comment
  virtualisation.oci-containers.backend = "docker";
}
