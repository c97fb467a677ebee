{ lib, ... }: {
  virtualisation.oci-containers.containers.web = rec {
    image = "docker.io/library/nginx:1.27";
    extraOptions = lib.mapAttrsToList (name: value: "--healthcheck-${name}=${toString value}") { # wrong: container-state
      command = "curl -f http://localhost/";
      retries = 5;
    };
  };
}
