# status: unknown
{ ... }:
{
  environment.etc."web.ini".text = ''
    [server]
    ip = 100.101.102.103
  '';
}
