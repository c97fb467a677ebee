{ ... }:
{
  boot.kernel.sysctl."net.ipv4.ip_nonlocal_bind" = 1;
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
}
