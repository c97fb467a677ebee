{ lib, ... }:
{
  virtualisation.oci-containers.containers = lib.genAttrs [ "one" "two" ] (name: {
    image = "nginx:1.27";
    ports = [ "100.101.102.103:${if name == "one" then "81" else "82"}:80" ];
  }) // {
    three = { image = "nginx:1.27"; ports = [ "100.101.103.102:83:80" ]; }; # wrong: constants
  };
  systemd.services = lib.genAttrs [ "podman-one" "podman-two" "podman-three" ] (_: { serviceConfig.RestartSec = 10; });
}
