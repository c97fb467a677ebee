# status: skipped
{ ... }: {
  services.immich.enable = true;
  virtualisation.docker.enable = true;
}
