{ config, ... }:

{
  imports = [ ./hardware-configuration.nix ];

  networking.hostName = "minipc";
  system.stateVersion = "25.05";

  services.openssh.enable = true;
  services.tailscale.enable = true;

  age.secrets.immich-db-password.file = ./secrets/immich-db-password.age;

  systemd.tmpfiles.rules = [
    "d /var/lib/immich/upload 0755 root root"
    "d /var/lib/immich/postgres 0755 root root"
  ];

  services.restic.backups.photos = {
    repository = "/mnt/backup";
    paths = [ "/var/lib/immich" ];
  };

  virtualisation.podman.enable = true;
  virtualisation.oci-containers.backend = "podman";

  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:release";
      ports = [ "127.0.0.1:2283:2283" ];
      volumes = [
        "/var/lib/immich/upload:/data"
        "${config.age.secrets.immich-db-password.path}:/run/secrets/db-password:ro"
      ];
      environment = {
        DB_HOSTNAME = "immich-postgres";
        DB_USERNAME = "immich";
        DB_PASSWORD_FILE = "/run/secrets/db-password";
        REDIS_HOSTNAME = "immich-redis";
      };
      dependsOn = [
        "immich-postgres"
        "immich-redis"
      ];
      extraOptions = [ "--network=immich" ];
    };

    immich-ml = {
      image = "ghcr.io/immich-app/immich-machine-learning:release-openvino";
      environment.MACHINE_LEARNING_WORKERS = "1";
      extraOptions = [
        "--memory=32m"
        "--memory-swap=32m"
      ];
    };

    immich-postgres = {
      image = "ghcr.io/immich-app/postgres:14-vectorchord0.4.3-pgvectors0.2.0";
      volumes = [
        "/var/lib/immich/postgres:/var/lib/postgresql/data"
        "${config.age.secrets.immich-db-password.path}:/run/secrets/db-password:ro"
      ];
      environment = {
        POSTGRES_USER = "immich";
        POSTGRES_PASSWORD_FILE = "/run/secrets/db-password";
      };
      extraOptions = [ "--network=immich" ];
    };

    immich-redis = {
      image = "docker.io/valkey/valkey:8";
      extraOptions = [ "--network=immich" ];
    };

    uptime-kuma = {
      image = "docker.io/louislam/uptime-kuma:1";
      ports = [ "100.79.80.95:3001:3001" ];
    };
  };
}
