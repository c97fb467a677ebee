{ ... }: {
  virtualisation.oci-containers.containers.immich-ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:release";
    extraOptions = [ "--memory=512m" ];
  };
}
