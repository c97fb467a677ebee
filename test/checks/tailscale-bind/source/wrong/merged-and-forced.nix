{ lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = lib.mkMerge [
    { image = lib.mkDefault "louislam/uptime-kuma:1"; ports = [ "127.0.0.1:3001:3001" ]; }
    (lib.mkIf true {
      ports = lib.mkForce [ "100.64.0.1:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
    })
  ];
}
