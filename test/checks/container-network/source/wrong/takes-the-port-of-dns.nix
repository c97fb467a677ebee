{ ... }: {
  virtualisation.oci-containers.containers = {
    adguard = {
      image = "docker.io/adguard/adguardhome:v0.107.0";
      ports = [
        "127.0.0.1:3000:3000"
        "0.0.0.0:53:53/udp" # wrong: container-network
      ];
    };
    immich-redis = {
      image = "docker.io/valkey/valkey:8";
      networks = [ "immich" ];
    };
  };
}
