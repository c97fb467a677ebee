{
  age.secrets = {
    annexed.file = ./secrets/annexed.age; # wrong: agenix-secrets
    armoured.file = ./secrets/armoured.age;
    crypted.file = ./secrets/crypted.age; # wrong: agenix-secrets
    db.file = ./secrets/db.age;
    empty.file = ./secrets/empty.age; # wrong: agenix-secrets
    plain.file = ./secrets/plain.age; # wrong: agenix-secrets
    stored.file = ./secrets/stored.age; # wrong: agenix-secrets
  };
}
