{ config, lib, ... }:
let
  guarded = path: { ConditionPathExists = path; AssertPathIsMountPoint = "/mnt/data"; }; # wrong: unit-settings
in {
  systemd.services = lib.genAttrs [ "podman-immich-server" "podman-immich-postgres" ] (name: {
    after = [ "network.target" ];
    serviceConfig = guarded config.age.secrets.${name}.path // { Restart = "always"; };
  });
}
