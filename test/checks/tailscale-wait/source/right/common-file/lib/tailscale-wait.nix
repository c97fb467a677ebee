{ pkgs }:
pkgs.writeShellScript "tailscale-wait" ''
  for _ in $(seq 60); do
    ${pkgs.tailscale}/bin/tailscale ip -4 | grep -qE '^100\.' && exit 0
    sleep 1
  done
  exit 1
''
