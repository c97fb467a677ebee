{ ... }:
{
  age.secrets = {
    letters = { file = ./a.age; mode = "u=rw,go=r"; }; # wrong: agenix-secrets
    all = { file = ./a.age; mode = "a+r"; }; # wrong: agenix-secrets
    same = { file = ./a.age; mode = "=r"; }; # wrong: agenix-secrets
    written = { file = ./a.age; mode = "0402"; }; # wrong: agenix-secrets
    group = { file = ./a.age; mode = "u=rw,g=r,o="; };
    owner = { file = ./a.age; mode = "0600"; };
    cut.file = ./cut.age; # wrong: agenix-secrets
    armour.file = ./armour.age; # wrong: agenix-secrets
  };
}
