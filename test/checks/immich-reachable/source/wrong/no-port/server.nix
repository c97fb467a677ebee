{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich_server.image = "ghcr.io/immich-app/immich-server:v2";
  virtualisation.oci-containers.containers.immich_server.extraOptions = [ "--network=immich" ];
}
