{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  /* hsdoctor: ignore oci-backend until next year: later # wrong: waivers */
  virtualisation.oci-containers.backend = "docker"; # wrong: oci-backend
}
