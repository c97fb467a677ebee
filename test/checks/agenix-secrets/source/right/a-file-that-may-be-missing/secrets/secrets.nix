let
  minipc = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamplex";
in
{
  "db.age".publicKeys = [ minipc ];
  "env.age".publicKeys = [ minipc ];
}
