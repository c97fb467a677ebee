{
  age.secrets.db.file = ./secrets/db.age;
  age.identityPaths = [ "/home/ann/.ssh/id_ed25519" ]; # wrong: agenix-secrets
  fileSystems."/".fsType = "ext4";
  fileSystems."/home".fsType = "ext4";
}
