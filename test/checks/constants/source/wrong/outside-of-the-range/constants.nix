{
  network = {
    minipcTailscaleIP = "100.201.102.103"; # wrong: constants
    macbookTailscaleIP = "100.101.102.104";
  };
}
