{
  network = rec {
    prefix = "100.101.102";
    minipcTailscaleIP = "${prefix}.103";
    ports.immich = 2283;
  };
}
