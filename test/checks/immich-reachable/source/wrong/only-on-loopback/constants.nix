{
  network = { minipcTailscaleIP = "100.101.102.103"; ports.immich = 2283; };
}
