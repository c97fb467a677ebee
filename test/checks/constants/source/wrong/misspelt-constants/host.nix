{ constants, ... }:
{
  system.stateVersion = "24.05";
  services.tailscale.enable = true;
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.a = {
    image = "x:1";
    ports = [ "${constants.network.minipcTailscaleIp}:8080:80" ]; # wrong: constants
    volumes = [ "${constants.path.dockerData}/a:/data" ]; # wrong: constants
  };
}
