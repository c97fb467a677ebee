# status: unknown
{ ... }:
{
  services.nfs.server = {
    enable = true;
    hostName = "100.101.102.103";
    exports = "/srv 100.101.102.104(rw)";
  };
}
