{ ... }:
{
  virtualisation.oci-containers.containers = {
    old = {
      image = "ghcr.io/immich-app/immich-server:v1.117.0";
      ports = [ "2282:3001" ];
    };
    of-the-edge = {
      image = "ghcr.io/immich-app/immich-server:v1.118.0";
      ports = [ "2283:2283" "8081:8081" ];
    };
    moved = {
      image = "ghcr.io/immich-app/immich-server:v2.3.1";
      environment.IMMICH_PORT = "3001";
      ports = [ "2284:3001" ];
    };
    by-digest = {
      image = "ghcr.io/immich-app/immich-server@sha256:0123";
      ports = [ "2285:3001" ];
    };
    behind-a-proxy = {
      image = "ghcr.io/immich-app/immich-server:v2.3.1";
      ports = [ "8082:8082" ];
    };
  };
}
