rec { prefix = "100.101.102"; tailscale.minipc = "${prefix}.103"; }
