{ ... }:
{
  virtualisation.oci-containers.containers = {
    db = {
      image = "postgres:16";
      ports = [ "100.101.102.103:5432:5432" ]; # wrong: tailscale-bind
    };
    app = {
      image = "docker.io/library/nginx:1";
      dependsOn = [ "db" ];
    };
  };
  systemd.services.podman-db.serviceConfig.RestartSec = "5s"; # wrong: tailscale-wait
}
