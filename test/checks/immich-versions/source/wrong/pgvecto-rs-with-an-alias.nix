{ lib, ... }: {
  virtualisation.oci-containers.containers = {
    immich-server.image = lib.concatStringsSep ":" [ "ghcr.io/immich-app/immich-server" "v3" ];
    immich-postgres = {
      extraOptions = [ "--network=immich" "--network-alias" "database" ];
      image = "tensorchord/pgvecto-rs:pg16-v0.3.0"; # wrong: immich-versions
    };
  };
}
