{ ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "louislam/uptime-kuma:2";
    extraOptions = [
      "--volume=/mnt/nas/kuma:/app/data" # wrong: app-database
    ];
  };
  fileSystems."/mnt/nas".device = "nas:/export";
  fileSystems."/mnt/nas".fsType = "nfs4";
}
