{ port, lib, ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich = {
    image = "ghcr.io/immich-app/immich-server:v2.1.0@sha256:0000";
    extraOptions = [ "-p" "[::1]:${toString port}:2283" ] ++ lib.optional (port > 1) "--network=immich";
  };
}
