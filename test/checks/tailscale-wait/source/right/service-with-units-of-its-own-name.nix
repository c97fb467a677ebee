{ pkgs, ... }:
{
  services.paperless = { enable = true; address = "100.101.102.103"; };
  systemd.services.paperless-web.serviceConfig.ExecStartPre = "${pkgs.writeShellScript "wait" "until ${pkgs.tailscale}/bin/tailscale ip; do sleep 1; done"}";
}
