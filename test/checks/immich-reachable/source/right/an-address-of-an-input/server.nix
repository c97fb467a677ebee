{ inputs, ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.1.0";
    ports = [ "${inputs.network.address}:2283:2283" ];
  };
}
