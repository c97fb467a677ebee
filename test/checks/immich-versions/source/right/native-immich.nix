# status: skipped
{ ... }: {
  services.immich.enable = true;
  virtualisation.oci-containers.containers.ml.image = "ghcr.io/immich-app/immich-machine-learning:v1.0.0";
}
