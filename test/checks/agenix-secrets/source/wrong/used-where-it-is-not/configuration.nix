{ ... }:
{
  age.secrets.db = { file = ./secrets/db.age; name = "database"; };
  age.secrets.api = { file = ./secrets/api.age; path = "/etc/web/api"; symlink = false; };
  age.secrets.web.file = ./secrets/web.age;
  systemd.services.a.serviceConfig.LoadCredential = "a:/run/agenix/db"; # wrong: agenix-secrets
  systemd.services.b.serviceConfig.EnvironmentFile = "/run/agenix/api"; # wrong: agenix-secrets
  systemd.services.c.serviceConfig.EnvironmentFile = "/run/agenix/web";
}
