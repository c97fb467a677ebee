# status: unknown
{ ... }:
{
  specialisation.away.configuration.services.nginx = {
    enable = true;
    defaultListenAddresses = [ "100.101.102.103" ];
  };
}
