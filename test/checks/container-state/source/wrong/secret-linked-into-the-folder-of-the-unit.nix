{ config, ... }: {
  age.secrets.paperless = { file = "/etc/nixos/paperless.age"; path = "/run/paperless/env"; };
  virtualisation.oci-containers.containers.paperless = {
    image = "ghcr.io/paperless-ngx/paperless-ngx:2.13";
    environmentFiles = with config.age.secrets; [ paperless.path ]; # wrong: container-state
  };
}
