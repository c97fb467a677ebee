{ pkgs, constants }:
pkgs.writeShellScript "tailscale-wait" ''
  for _ in $(seq 1 60); do
    ${pkgs.tailscale}/bin/tailscale ip -4 | grep -qF ${constants.network.minipcTailscaleIP} && exit 0
    sleep 1
  done
  exit 1
''
