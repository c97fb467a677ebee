{ ... }: {
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server:v2.1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111";
    immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0@sha256:2222222222222222222222222222222222222222222222222222222222222222";
  };
}
