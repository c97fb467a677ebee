{ ... }:
{
  services.caddy = {
    enable = true;
    globalConfig = '' # wrong: tailscale-bind # wrong: tailscale-wait
      default_bind 100.101.102.103
    '';
    virtualHosts."http://photos".extraConfig = "reverse_proxy 127.0.0.1:2283";
  };
}
