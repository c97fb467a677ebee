{
  age.secrets.db.file = ./secrets/db.age;
  age.identityPaths = [ "/persist/etc/ssh/ssh_host_ed25519_key" ];
  fileSystems."/".fsType = "tmpfs";
  fileSystems."/persist" = {
    fsType = "ext4";
    neededForBoot = true;
  };
  environment.persistence."/persist".directories = [ "/etc/ssh" ];
}
