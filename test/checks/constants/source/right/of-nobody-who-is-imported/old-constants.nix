{ minipcTailscaleIP = "100.201.102.103"; }
