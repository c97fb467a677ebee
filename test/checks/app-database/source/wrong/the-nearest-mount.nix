{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "docker.io/louislam/uptime-kuma:1";
    volumes = [
      "/mnt/disk/nas/kuma:/app/data" # wrong: app-database
    ];
  };
  fileSystems."/mnt/disk" = { device = "/dev/sda1"; fsType = "ext4"; };
  fileSystems."/mnt/disk/nas" = { device = "nas:/export"; fsType = "nfs"; };
}
