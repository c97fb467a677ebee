# status: unknown
{ ... }: {
  virtualisation.oci-containers.containers.immich-redis = {
    image = "docker.io/library/redis:7";
    volumes = [ "/srv/redis:/data" ];
  };
}
