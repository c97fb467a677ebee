{ pkgs, ... }: {
  systemd.services.podman-vaultwarden.serviceConfig.ExecStartPre = [
    (pkgs.writeShellScript "env" "umask 077; echo TOKEN=$(cat /etc/token) > /run/vaultwarden/env")
  ];
  virtualisation.oci-containers.containers.vaultwarden = {
    image = "docker.io/vaultwarden/server:1.32.0";
    environmentFiles = [ "/run/vaultwarden/env" ];
  };
}
