{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.plex = {
    image = "plexinc/pms-docker:latest";
    volumes = [
      "/srv/plex:/config" # wrong: app-database
      "/srv/media:/data:ro"
    ];
  };
  fileSystems."/srv/plex" = { device = "//nas/plex"; fsType = "cifs"; };
}
