let
  sam = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExamplex";
  all = [ sam ];
in
{
  "db.age".publicKeys = [ sam "TODO" ]; # wrong: agenix-secrets
  "api.age".publicKeys = [ sam all ]; # wrong: agenix-secrets
}
