{ config, pkgs, lib, constants, ... }:
let
  cfg = config.homeserver.immich;
  inherit (constants.network) minipcTailscaleIP;
  inherit (constants.containers) immich;
  tailscaleWait = import ../../lib/tailscale-wait.nix { inherit pkgs constants; };
  version = "v2.1.0";
  memory = { memory, memorySwap ? memory, cpus ? "1" }: [
    "--memory=${memory}"
    "--memory-swap=${memorySwap}"
    "--cpus=${cpus}"
  ];
  dbPassword = config.age.secrets.immich-db-password.path;
in
{
  config = lib.mkIf cfg.enable {
    systemd.tmpfiles.rules = [
      "d ${constants.paths.mediaData}/immich 0755 ${toString constants.ids.user} users -"
    ];
    virtualisation.oci-containers.containers = {
      immich-postgres = {
        image = "ghcr.io/immich-app/postgres:14-vectorchord0.4.3";
        environment.POSTGRES_PASSWORD_FILE = "/run/secrets/db-password";
        volumes = [ "${dbPassword}:/run/secrets/db-password:ro" ];
      };
      immich-ml = {
        image = "ghcr.io/immich-app/immich-machine-learning:${version}";
        extraOptions = [ "--network=immich" ] ++ memory immich.ml;
      };
      immich-server = {
        image = "ghcr.io/immich-app/immich-server:${version}";
        ports = [ "${minipcTailscaleIP}:${toString cfg.port}:2283" ];
        environment = {
          DB_HOSTNAME = "immich-postgres";
          DB_PASSWORD_FILE = "/run/secrets/db-password";
        };
        volumes = [
          "${constants.paths.mediaData}/immich:/data"
          "${dbPassword}:/run/secrets/db-password:ro"
        ];
        dependsOn = [ "immich-postgres" ];
        extraOptions = [ "--network=immich" ]
          ++ lib.optional (constants.ids ? render) "--group-add=${toString constants.ids.render}";
      };
    };
    systemd.services.podman-immich-server = {
      after = [ "tailscaled.service" ];
      serviceConfig.ExecStartPre = [ "${tailscaleWait}" ];
    };
  };
}
