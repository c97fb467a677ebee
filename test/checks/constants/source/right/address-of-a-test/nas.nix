let
  tailscaleIp = "100.100.20.1";
in
{
  networking.hostName = "nas";
  system.stateVersion = "24.11";
  services.openssh.listenAddresses = [ { addr = tailscaleIp; } ];
}
