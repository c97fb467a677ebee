{
  virtualisation.oci-containers.backend = "docker"; # wrong: oci-backend
}
