{ network.minipcTailscaleIP = "100.101.102.103"; }
