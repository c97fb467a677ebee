{ ... }: let share = "/mnt/nas"; in {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "docker.io/louislam/uptime-kuma:1";
    volumes = [
      "${share}/kuma:/app/data:rw" # wrong: app-database
    ];
  };
  fileSystems.${share} = { device = "nas:/export"; fsType = "nfs"; };
}
