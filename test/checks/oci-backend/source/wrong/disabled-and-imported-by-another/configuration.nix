{
  imports = [ ./all.nix ./some.nix ];
  disabledModules = [ ./all.nix ];
  virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:16";
}
