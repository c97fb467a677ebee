{ ... }: {
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/valkey/valkey:8-bookworm";
    volumes = [ "immich-redis:/data" ];
  };
}
