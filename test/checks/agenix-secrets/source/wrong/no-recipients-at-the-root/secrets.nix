let hosts = { }; in
{
  "secrets/db.age" = { publicKeys = builtins.attrValues hosts; armor = true; }; # wrong: agenix-secrets
}
