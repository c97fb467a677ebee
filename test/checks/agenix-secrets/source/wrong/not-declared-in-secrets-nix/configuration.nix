{ ... }:
{
  age = {
    secrets = {
      db.file = ./secrets/db.age;
      pushover = { file = ./secrets/pushover.age; owner = "sam"; }; # wrong: agenix-secrets
    };
  };
}
