{ ... }: {
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server:v2.1.0";
    immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:v2.0.1"; # wrong: immich-versions
  };
}
