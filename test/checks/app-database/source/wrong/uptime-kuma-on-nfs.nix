{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "docker.io/louislam/uptime-kuma:1";
    volumes = [
      "/mnt/nas/kuma:/app/data" # wrong: app-database
    ];
  };
  fileSystems."/mnt/nas" = { device = "nas:/export"; fsType = "nfs"; };
}
