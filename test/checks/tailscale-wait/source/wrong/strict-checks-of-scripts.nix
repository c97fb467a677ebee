{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ]; # wrong: tailscale-bind
  };
  systemd.services.podman-kuma = {
    enableStrictShellChecks = true;
    preStart = '' # wrong: tailscale-wait
      while [ -z "$ip" ]; do
        ip=$(${pkgs.tailscale}/bin/tailscale ip -4 || true)
        sleep 1
      done
    '';
  };
}
