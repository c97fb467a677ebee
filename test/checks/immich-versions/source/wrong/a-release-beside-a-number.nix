{ ... }:
let version = "v2.1.0"; in {
  virtualisation = { oci-containers = { containers = {
    "immich-server" = { image = "ghcr.io/immich-app/immich-server:${version}"; };
    "immich-machine-learning" = { image = "ghcr.io/immich-app/immich-machine-learning:release"; }; # wrong: immich-versions
  }; }; };
}
