{
  nas2.tailscaleIP = "100.64.0.9";
}
