{ ... }: {
  virtualisation.oci-containers.containers = {
    adguard = {
      image = "docker.io/adguard/adguardhome:v0.107.0";
      ports = [ "192.168.1.5:53:53/udp" "53:53" "853:53/udp" ];
    };
    immich-redis = {
      image = "docker.io/valkey/valkey:8";
      networks = [ "immich" ];
    };
  };
}
