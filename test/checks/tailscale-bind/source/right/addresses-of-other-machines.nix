# status: skipped
{ ... }:
{
  services.nginx = {
    enable = true;
    virtualHosts."photos.example.org".locations."/" = {
      proxyPass = "http://100.101.102.104:2283";
      extraConfig = ''
        # listen 100.101.102.103:80;
        allow 100.64.0.0/10;
        deny all;
      '';
    };
  };
  services.dnsmasq = { enable = true; settings.address = "/photos.home/100.101.102.103"; };
  services.prometheus.scrapeConfigs = [ { job_name = "node"; static_configs = [ { targets = [ "100.101.102.104:9100" ]; } ]; } ];
  services.bind = { enable = true; forwarders = [ "100.100.100.100" ]; };
  networking.hosts."100.101.102.104" = [ "laptop" ];
  virtualisation.oci-containers.containers.web = {
    image = "nginx:1.27";
    environment.UPSTREAM = "http://100.101.102.104:80";
    extraOptions = [ "--add-host=laptop:100.101.102.104" "--dns=100.100.100.100" ];
  };
}
