# status: unknown
{ ... }: {
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server@sha256:1111111111111111111111111111111111111111111111111111111111111111";
    immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0";
  };
}
