# status: skipped
{ ... }: {
  system.stateVersion = "24.11";
  virtualisation.oci-containers.containers.plex.image = "docker.io/plexinc/pms-docker:1.41.3";
  environment.etc.note.text = "# hsdoctor: ignore everything";
  # hsdoctor looks after this machine
}
