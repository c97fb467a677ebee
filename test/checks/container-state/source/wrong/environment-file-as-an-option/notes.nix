{ lib, ... }: {
  virtualisation."oci-containers".containers.notes = {
    image = "ghcr.io/notes/notes:1";
    extraOptions = lib.mkBefore [
      "--env-file=/var/run/notes/env" # wrong: container-state
    ];
  };
}
