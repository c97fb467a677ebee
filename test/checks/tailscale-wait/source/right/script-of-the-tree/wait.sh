#!/bin/sh
while ! ip -4 addr show tailscale0 | grep -q 'inet 100[.]'; do sleep 1; done
