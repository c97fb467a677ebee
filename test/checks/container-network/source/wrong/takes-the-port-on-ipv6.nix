{ ... }: {
  virtualisation.oci-containers.containers.pihole = {
    image = "docker.io/pihole/pihole:2025.03.0";
    ports = [ "53:53/tcp" "[::]:53:53/udp" ]; # wrong: container-network
    extraOptions = [ "--network=dns" ];
  };
}
