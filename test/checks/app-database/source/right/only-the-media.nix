{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.plex = {
    image = "plexinc/pms-docker:latest";
    volumes = [ "/var/lib/plex:/config" "/mnt/nas/media:/data:ro" ];
  };
  fileSystems."/" = { device = "/dev/sda1"; fsType = "ext4"; };
  fileSystems."/mnt/nas" = { device = "nas:/export"; fsType = "nfs"; };
}
