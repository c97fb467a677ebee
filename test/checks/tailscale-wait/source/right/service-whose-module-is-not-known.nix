# status: unknown
{ ... }: {
  services.adguardhome = {
    enable = true;
    host = "100.101.102.103";
  };
}
