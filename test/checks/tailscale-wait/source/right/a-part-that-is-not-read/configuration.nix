# status: unknown
{ ... }:
{
  imports = [ ./waits.nix ]; # wrong: visibility # wrong: nix-syntax
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
}
