{ pkgs, ... }:
{
  services.tailscale.enable = true;
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.kuma = {
    image = "docker.io/louislam/uptime-kuma:1.23.16";
    ports = [ "100.64.0.5:3001:3001" ]; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  systemd.services.wait-for-tailscale = {
    after = [ "tailscaled.service" ];
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      ExecStart = pkgs.writeShellScript "wait-for-tailscale" ''
        echo "Tailscale should be there"
      '';
    };
  };
  systemd.services.podman-kuma = {
    after = [ "wait-for-tailscale.service" ];
    requires = [ "wait-for-tailscale.service" ];
  };
}
