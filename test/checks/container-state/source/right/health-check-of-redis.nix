{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/valkey/valkey:8-bookworm@sha256:fea8b3e67b15729d4bb70589eb03367bab9ad1ee89c876f54327fc7c6e618571";
    extraOptions = [ "--health-cmd=redis-cli ping || exit 1" ];
  };
  virtualisation.oci-containers.containers.cache = {
    image = "redis:7";
    extraOptions = [ "--health-cmd" "redis-cli ping | grep PONG" ];
  };
}
