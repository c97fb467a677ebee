{ ... }:
{
  home-manager.users.sam = { config, ... }: {
    age.secrets.immich-api-key = {
      file = ./secrets/immich-api-key.age; # wrong: agenix-secrets
      path = "${config.home.homeDirectory}/.config/immich/api-key";
    };
  };
}
