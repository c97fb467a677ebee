{ constants, ... }:
let tag = part: "ghcr.io/immich-app/immich-${part}:${constants.versions.${part}}";
in {
  virtualisation.oci-containers.containers.server.image = tag "server";
  virtualisation.oci-containers.containers.ml = {
    image = tag "machine-learning"; # wrong: immich-versions
  };
}
