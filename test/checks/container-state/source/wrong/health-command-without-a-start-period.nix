{ ... }: {
  virtualisation.oci-containers.containers.immich-postgres = {
    image = "ghcr.io/immich-app/postgres:14-vectorchord0.4.3";
    extraOptions = [
      "--network=immich"
      "--health-cmd=pg_isready -U immich" # wrong: container-state
      "--health-interval=10s"
      "--health-retries=3"
    ];
  };
}
