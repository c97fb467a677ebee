{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "docker.io/louislam/uptime-kuma:1";
    volumes = [ "/mnt/nas-old/kuma:/app/data" ];
  };
  fileSystems."/" = { device = "/dev/sda1"; fsType = "ext4"; };
  fileSystems."/mnt/nas" = { device = "nas:/export"; fsType = "nfs"; };
}
