{ ... }:
{
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2.3.1";
      ports = [
        "8081:8081"
        "127.0.0.1:2283:3001/tcp" # wrong: immich-versions
      ];
    };
    another = {
      image = "ghcr.io/immich-app/immich-server:release";
      extraOptions = [ "--publish=2284:3001" ]; # wrong: immich-versions
    };
    moved = {
      image = "ghcr.io/immich-app/immich-server:v2.3.1";
      environment.IMMICH_PORT = "3001";
      ports = [ "2285:2283" ]; # wrong: immich-versions
    };
  };
}
