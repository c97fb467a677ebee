# status: unknown
{ ... }:
{
  services.samba = {
    enable = true;
    settings.global.interfaces = "lo 100.101.102.103/10";
  };
}
