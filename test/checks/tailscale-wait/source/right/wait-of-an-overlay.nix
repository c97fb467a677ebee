# status: unknown
{ pkgs, ... }:
{
  nixpkgs.overlays = [
    (final: prev: {
      prepare = final.writeShellScriptBin "prepare" "until ${final.tailscale}/bin/tailscale ip -4; do sleep 1; done";
    })
  ];
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma.preStart = "${pkgs.prepare}/bin/prepare";
}
