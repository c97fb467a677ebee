{ self, ... }:
let secretFile = name: "${self}/secrets/${name}.age"; in
{
  age.secrets."db" = {
    owner = "999";
    file = secretFile "database"; # wrong: agenix-secrets
  };
}
