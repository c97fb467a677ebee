{ constants, ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.1.0";
    ports = [ "127.0.0.1:${toString constants.network.ports.immich}:2283" ];
  };
}
