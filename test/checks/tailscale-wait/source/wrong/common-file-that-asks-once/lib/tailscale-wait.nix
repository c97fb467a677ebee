{ pkgs, ip }:
pkgs.writeShellScript "tailscale-wait" /* # wrong: tailscale-wait */ ''
  ${pkgs.tailscale}/bin/tailscale ip -4 | grep -q "${ip}"
  exit 0
''
