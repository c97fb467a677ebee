{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma = {
    path = [ pkgs.tailscale ];
    preStart = ''
      ${pkgs.runtimeShell} -c "until tailscale ip -4 | grep -q '^100\.'; do sleep 1; done"
    '';
  };
}
