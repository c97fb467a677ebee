# status: unknown
{ pkgs, ... }:
{
  containers.web = {
    autoStart = true;
    config.services.nginx.defaultListenAddresses = [ "100.101.102.103" ];
  };
}
