{
  age.secrets.db.file = ./secrets/db.age;
  services.openssh.enable = true;
  fileSystems."/".fsType = "tmpfs"; # wrong: agenix-secrets
}
