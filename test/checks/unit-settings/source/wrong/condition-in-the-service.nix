{ ... }: {
  systemd.services.podman-immich-server.serviceConfig.ConditionPathExists = "/run/agenix/immich-db-password"; # wrong: unit-settings
}
