{
  age.secrets.db.file = ./secrets/db.age;
  age.identityPaths = [
    "/home/ann/.ssh/id_ed25519"
    "/etc/ssh/ssh_host_ed25519_key"
  ];
  fileSystems."/".fsType = "ext4";
  fileSystems."/home".fsType = "ext4";
}
