# status: unknown
{ pkgs, config, ... }: {
  system.stateVersion = "25.05";
  virtualisation.oci-containers.containers.ha = {
    image = "ghcr.io/home-assistant/home-assistant:2025.1";
    ports = [ "100.64.0.1:8123:8123" ];
  };
  systemd.services.podman-ha.preStart = ''
    # tailscale
    ${config.services.own.wait} first
    ${config.services.own.wait} second
  '';
}
