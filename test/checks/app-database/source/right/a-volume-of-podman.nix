{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "docker.io/louislam/uptime-kuma:1";
    volumes = [ "kuma:/app/data" ];
  };
  fileSystems."/mnt/nas" = { device = "nas:/export"; fsType = "nfs"; };
}
