{ pkgs, ... }:
{
  boot.kernel.sysctl."net.ipv6.ip_nonlocal_bind" = 1;
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "[fd7a:115c:a1e0::1]:3001:3001" ];
  };
}
