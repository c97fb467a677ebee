{ pkgs, ... }: {
  systemd.services.vaultwarden-env = {
    script = "install -m 600 /etc/vaultwarden /run/vaultwarden/env";
    serviceConfig = { Type = "oneshot"; RemainAfterExit = true; };
  };
  virtualisation.oci-containers.containers.vaultwarden = {
    image = "docker.io/vaultwarden/server:1.32.0";
    environmentFiles = [ "/run/vaultwarden/env" ]; # wrong: container-state
  };
}
