{
  virtualisation.oci-containers.containers.homeassistant.image = "ghcr.io/home-assistant/home-assistant:2025.1";
  systemd.services.podman-home-assistant = { # wrong: unit-settings
    serviceConfig.RestartSec = "5s";
  };
  systemd.services.podman-long-gone.after = [ "mnt-photos.mount" ]; # wrong: unit-settings
}
