let
  minipc = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamplex";
in
{
  "immich-db-password.age".publicKeys = [ minipc ];
}
