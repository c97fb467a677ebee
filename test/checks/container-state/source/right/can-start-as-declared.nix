{ lib, ... }:
{
  options.virtualisation.oci-containers.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule { options.port = lib.mkOption { default = 80; }; });
  };
  config = {
    systemd.services.podman-by-hand.script = "exec /opt/by-hand";
    virtualisation.oci-containers.containers = {
      a = { image = "a:1"; dependsOn = [ "b" "by-hand" ]; ports = [ "80:80" ]; port = 81; };
      b = { image = "b:1"; ports = [ "80:80" ]; autoStart = false; };
      c = { image = "c:1"; ports = [ "80:80" ]; extraOptions = [ "--network=host" ]; };
      d = { image = "d:1"; ports = [ "[fd00::1]:80:80" "80" ]; ulimits = [ "nofile=1" ]; };
    };
  };
}
