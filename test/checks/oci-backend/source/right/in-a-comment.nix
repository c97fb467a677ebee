{ lib, ... }: {
  # virtualisation.oci-containers.backend = "docker";
  /* backend = "docker"; */
  virtualisation.oci-containers = lib.mkMerge [
    { backend = "podman"; }
    (lib.mkIf false { backend = "docker"; })
    { containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3"; }
  ];
}
