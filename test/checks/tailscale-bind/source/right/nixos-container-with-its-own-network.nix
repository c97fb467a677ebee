# status: skipped
{ pkgs, ... }:
{
  containers.web = {
    autoStart = true;
    privateNetwork = true;
    config.services.nginx.defaultListenAddresses = [ "100.101.102.103" ];
  };
}
