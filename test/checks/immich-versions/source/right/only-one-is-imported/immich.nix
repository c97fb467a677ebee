version: { ... }: {
  virtualisation.oci-containers.containers.immich-server.image = "ghcr.io/immich-app/immich-server:${version}";
  virtualisation.oci-containers.containers.immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:${version}";
}
