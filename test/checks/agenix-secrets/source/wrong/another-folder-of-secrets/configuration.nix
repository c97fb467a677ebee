{ ... }:
{
  age.secretsDir = "/run/keys-of-age";
  age.secrets.db.file = ./secrets/db.age;
  systemd.services.a.serviceConfig.LoadCredential = "a:/run/agenix/db"; # wrong: agenix-secrets
  systemd.services.b.serviceConfig.LoadCredential = "b:/run/keys-of-age/gone"; # wrong: agenix-secrets
}
