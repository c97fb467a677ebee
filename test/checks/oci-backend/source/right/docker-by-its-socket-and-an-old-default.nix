{ ... }:
{
  system.stateVersion = "21.11";
  virtualisation.oci-containers.containers.traefik = {
    image = "docker.io/library/traefik:3.1";
    volumes = [ "/run/docker.sock:/var/run/docker.sock:ro" ];
  };
}
