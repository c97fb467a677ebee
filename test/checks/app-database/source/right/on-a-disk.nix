{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "docker.io/louislam/uptime-kuma:1";
    volumes = [ "/var/lib/kuma:/app/data" ];
  };
  fileSystems."/" = { device = "/dev/sda1"; fsType = "ext4"; };
}
