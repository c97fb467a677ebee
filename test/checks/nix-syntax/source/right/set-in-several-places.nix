{ ... }: {
  services.openssh.enable = true;
  services.openssh.settings = { PermitRootLogin = "no"; };
  services.openssh.settings.PasswordAuthentication = false;
  services = { tailscale = { enable = true; }; };
  services = { tailscale = { interfaceName = "tailscale0"; }; };
  system = { };
  system.stateVersion = "24.11";
}
