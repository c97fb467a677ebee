{ config, lib, ... }:
let address = lib.concatStringsSep "." [ "100" "101" "102" "103" ]; in
{
  services.openssh = {
    enable = true;
    listenAddresses = lib.singleton { addr = address; port = 22; }; # wrong: tailscale-bind # wrong: tailscale-wait
  };
  services.prometheus.exporters.node = {
    enable = true;
    listenAddress = address; # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
