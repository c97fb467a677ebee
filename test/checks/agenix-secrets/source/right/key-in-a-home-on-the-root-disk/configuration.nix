{
  age.secrets.db.file = ./secrets/db.age;
  age.identityPaths = [ "/home/ann/.ssh/id_ed25519" ];
  fileSystems."/".fsType = "ext4";
  fileSystems."/var/lib/containers".fsType = "ext4";
}
