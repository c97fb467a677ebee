{
  imports = [ ./all.nix ];
  disabledModules = [ ./all.nix ];
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:16";
}
