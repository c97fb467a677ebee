{ pkgs, ... }:
{
  services.tailscale.enable = true;
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.kuma = {
    image = "docker.io/louislam/uptime-kuma:1.23.16";
    ports = [ "100.64.0.5:3001:3001" ];
  };
  systemd.services.wait-for-tailscale = {
    after = [ "tailscaled.service" ];
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      ExecStart = pkgs.writeShellScript "wait-for-tailscale" ''
        until ${pkgs.iproute2}/bin/ip -4 addr show tailscale0 | ${pkgs.gnugrep}/bin/grep -q 100.64.0.5; do sleep 1; done
      '';
    };
  };
  systemd.services.podman-kuma = {
    after = [ "wait-for-tailscale.service" ];
    requires = [ "wait-for-tailscale.service" ];
  };
}
