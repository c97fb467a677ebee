{ lib, ... }:
let
  health = { command, startPeriod ? null }:
    [
      "--health-cmd" # wrong: container-state
      command
    ] ++ lib.optional (startPeriod != null) "--health-start-period=${startPeriod}";
in {
  virtualisation.oci-containers.containers.kuma = {
    image = "docker.io/louislam/uptime-kuma:1";
    extraOptions = health { command = "extra/healthcheck"; } ++ [ "--health-on-failure" "kill" ];
  };
}
