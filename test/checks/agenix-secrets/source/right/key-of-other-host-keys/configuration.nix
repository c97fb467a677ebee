{
  age.secrets.db.file = ./secrets/db.age;
  services.openssh = {
    enable = true;
    hostKeys = [
      {
        path = "/persist/ssh/key";
        type = "ed25519";
      }
    ];
  };
  fileSystems."/".fsType = "tmpfs";
  fileSystems."/persist" = {
    fsType = "zfs";
    neededForBoot = true;
  };
}
