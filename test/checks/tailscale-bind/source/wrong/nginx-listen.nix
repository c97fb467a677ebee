{ ... }:
{
  services.nginx = {
    enable = true;
    virtualHosts."photos.example.org" = {
      listen = [
        { addr = "100.101.102.103"; port = 80; } # wrong: tailscale-bind # wrong: tailscale-wait
      ];
      locations."/".proxyPass = "http://127.0.0.1:2283";
    };
  };
}
