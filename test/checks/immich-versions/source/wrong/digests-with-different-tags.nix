{ ... }: {
  virtualisation.oci-containers.containers = rec {
    server.image = "ghcr.io/immich-app/immich-server:v2.1.0@sha256:1111111111111111111111111111111111111111111111111111111111111111";
    ml.image = builtins.replaceStrings [ "server:v2.1.0" "1111" ] [ "machine-learning:v2.1.1" "2222" ] server.image; # wrong: immich-versions
  };
}
