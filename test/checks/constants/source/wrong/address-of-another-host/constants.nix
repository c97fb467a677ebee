{ hosts = { minipc.tailscaleIp = "100.101.102.103"; macbook.tailscaleIp = "100.101.102.104"; }; }
