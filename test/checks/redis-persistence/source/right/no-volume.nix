{ ... }: {
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7-alpine";
    volumes = [ "/etc/localtime:/etc/localtime:ro" ];
  };
}
