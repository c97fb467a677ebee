# status: unknown
{ config, ... }: {
  systemd.services.podman-vaultwarden.preStart = config.secrets.script;
  virtualisation.oci-containers.containers.vaultwarden = {
    image = "docker.io/vaultwarden/server:1.32.0";
    environmentFiles = [ "/run/vaultwarden/env" ];
  };
}
