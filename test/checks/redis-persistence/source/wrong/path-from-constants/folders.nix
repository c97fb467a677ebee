{ lib, constants, ... }:
with lib; {
  systemd.tmpfiles.rules = map (name: "d ${constants.paths.data}/${name} 0750 0 0 - -") [ "postgres" "valkey" ];
}
