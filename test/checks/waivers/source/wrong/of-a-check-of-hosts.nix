{ ... }: {
  system.stateVersion = "24.11";
  # hsdoctor: ignore failed-units: a check of hosts # wrong: waivers
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
}
