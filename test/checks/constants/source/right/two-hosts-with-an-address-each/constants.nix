{ tailscaleIPs = { minipc = "100.101.102.103"; attic = "100.101.102.105"; }; }
