{ config, ... }:
{
  age.secretsDir = "/run/keys-of-age";
  age.secrets.db = { file = ./secrets/db.age; name = "database"; };
  age.secrets.api = { file = ./secrets/api.age; path = "/run/agenix/api"; symlink = false; };
  age.secrets.web = { file = ./secrets/web.age; path = "/etc/web/secret"; };
  age.secrets."immich/db".file = ./secrets/deep.age;
  systemd.services.a.serviceConfig.LoadCredential = "a:/run/keys-of-age/database";
  systemd.services.b.serviceConfig.EnvironmentFile = "/run/agenix/api";
  systemd.services.c.serviceConfig.EnvironmentFile = [ "/run/keys-of-age/web" "/run/keys-of-age/immich/db" ];
  systemd.services.d.serviceConfig.BindReadOnlyPaths = "/run/keys-of-age/immich";
  systemd.services.e.serviceConfig.LoadCredential = "e:${config.age.secrets.db.path}";
}
