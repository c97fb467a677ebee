{ writeShellScriptBin, tailscale }:
writeShellScriptBin "wait-for-it" "until ${tailscale}/bin/tailscale ip -4; do sleep 1; done"
