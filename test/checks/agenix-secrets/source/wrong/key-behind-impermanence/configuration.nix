{
  age.secrets.db.file = ./secrets/db.age;
  services.openssh.enable = true;
  fileSystems."/" = {
    device = "none";
    fsType = "tmpfs";
  };
  fileSystems."/persist" = {
    fsType = "ext4";
    neededForBoot = true;
  };
  environment.persistence."/persist" = {
    hideMounts = true;
    directories = [
      "/var/log"
      "/etc/ssh" # wrong: agenix-secrets
    ];
  };
}
