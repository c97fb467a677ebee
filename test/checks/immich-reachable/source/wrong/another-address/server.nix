{ server, ... }: {
  virtualisation.oci-containers = {
    backend = "podman";
    containers."immich-server" = rec {
      image = "ghcr.io/immich-app/immich-server:v2.1.0";
      ports = map (port: "${server}:${toString port}:${toString port}") [ 2283 8081 ];
    };
  };
}
