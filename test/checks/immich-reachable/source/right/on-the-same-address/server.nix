{ constants, ... }: {
  boot.kernel.sysctl."net.ipv4.ip_nonlocal_bind" = 1;
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.1.0";
    ports = [ "${constants.network.minipcTailscaleIP}:2283:2283" "127.0.0.1:8081:8081" ];
  };
}
