{ ... }: {
  networking.nftables.enable = true;
  networking.firewall.interfaces.podman0.allowedUDPPorts = [ 53 ];
  networking.firewall.interfaces.podman1.allowedTCPPorts = [ 53 ];
  networking.firewall.trustedInterfaces = [ "lo" "tailscale0" ];
  virtualisation.oci-containers.containers = {
    immich-server = {
      image = "ghcr.io/immich-app/immich-server:v2";
      environment.REDIS_URL = "redis://immich-redis:6379"; # wrong: container-network
      extraOptions = [ "--network" "immich:alias=server" ];
    };
    immich-redis = {
      image = "docker.io/valkey/valkey:8";
      extraOptions = [ "--net=immich" ];
    };
  };
}
