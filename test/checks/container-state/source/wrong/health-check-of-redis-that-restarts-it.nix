{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/valkey/valkey:8-bookworm";
    extraOptions = [
      "--health-cmd=redis-cli ping || exit 1" # wrong: container-state
      "--health-on-failure=restart"
    ];
  };
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    extraOptions = [ "--health-cmd=redis-cli ping" ]; # wrong: container-state
  };
}
