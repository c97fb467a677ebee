# status: unknown
{ pkgs, ... }: {
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.plex = {
    image = "docker.io/plexinc/pms-docker:1.41.3";
    ports = [ "100.70.1.2:32400:32400" ];
  };
  systemd.services.podman-plex.serviceConfig.ExecStartPre = [
    "${pkgs.writeShellScript "wait" ''
      for i in $(seq 60); do ${pkgs.tailscale}/bin/tailscale
      ip -4 | grep -qxF 100.70.1.2 && exit 0; sleep 1; done; exit 1
    ''}"
  ];
}
