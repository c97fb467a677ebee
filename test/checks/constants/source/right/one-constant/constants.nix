{
  network = {
    minipcTailscaleIP = "100.101.102.103";
    macbookTailscaleIP = "100.101.102.104";
    minipcLanIP = "192.168.0.10";
    tailscaleSubnetRoute = "192.168.0.0";
    tailscaleDerpServerIP = "203.0.113.7";
    serverTailscaleHostname = "minipc.example.ts.net";
  };
}
