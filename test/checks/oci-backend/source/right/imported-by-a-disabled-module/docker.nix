{ lib, ... }:
{
  virtualisation.oci-containers.backend = lib.mkForce "docker";
}
