{ ... }: {
  systemd.services."podman-vaultwarden".serviceConfig = { RuntimeDirectoryPreserve = "yes"; };
  virtualisation.oci-containers.containers.vaultwarden = {
    image = "docker.io/vaultwarden/server:1.32.0";
    environmentFiles = [ "/run/vaultwarden/env" ];
  };
}
