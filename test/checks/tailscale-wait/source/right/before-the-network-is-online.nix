{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1";
    ports = [ "100.101.102.103:80:80" ];
  };
  systemd.services.address = {
    wantedBy = [ "network-online.target" ];
    before = [ "network-online.target" ];
    path = [ pkgs.tailscale ];
    script = "until tailscale ip -4; do sleep 1; done";
    serviceConfig.Type = "oneshot";
  };
}
