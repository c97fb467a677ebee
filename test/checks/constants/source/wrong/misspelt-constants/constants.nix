{ network.minipcTailscaleIP = "100.64.0.5"; paths.dockerData = "/srv/docker"; }
