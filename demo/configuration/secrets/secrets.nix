{
  "immich-db-password.age".publicKeys = [ "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP7DMOPqqmsLztEVzUV0WMagPSyaC2Ehls+mF2Rr3SSX" ];
}
