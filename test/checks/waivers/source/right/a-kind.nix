{
  # hsdoctor: ignore oci-backend/other-backend: it moves next month
  virtualisation.oci-containers.backend = "docker";
  virtualisation.oci-containers.containers.plex.image = "plex:1";
}
