let
  minipc = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamplex";
in
{
  "immich-api-key.age".publicKeys = [ minipc ];
}
