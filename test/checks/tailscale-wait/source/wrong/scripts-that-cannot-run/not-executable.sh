until /run/current-system/sw/bin/tailscale ip -4; do sleep 1; done
