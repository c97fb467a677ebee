# status: unknown
{ place, ... }:
{
  age.secrets.db = { file = ./secrets/db.age; path = place; symlink = false; };
  systemd.services.a.serviceConfig.LoadCredential = "a:/run/agenix/db";
}
