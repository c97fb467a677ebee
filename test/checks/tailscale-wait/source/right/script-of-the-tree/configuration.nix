{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma = {
    path = [ pkgs.iproute2 ];
    serviceConfig.ExecStartPre = "${pkgs.bash}/bin/bash ${./wait.sh}";
  };
}
