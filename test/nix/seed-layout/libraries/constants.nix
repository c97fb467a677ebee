let
  mediaRoot = "/mnt/data";
in
{
  network = {
    minipcTailscaleIP = "100.101.102.103";
    ports.immich = 2283;
  };
  paths = {
    dockerData = "/var/lib/docker-data";
    mediaData = mediaRoot;
  };
  containers.immich = {
    server.memory = "4g";
    ml = { memory = "2g"; memorySwap = "3g"; cpus = "2"; };
  };
  ids = { user = 1000; postgres = 999; render = 303; };
}
