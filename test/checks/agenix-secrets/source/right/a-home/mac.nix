{ ... }:
{
  home-manager.users.sam = { config, ... }: {
    age.secrets.immich-api-key.file = ./secrets/immich-api-key.age;
    home.file.".netrc".text = config.age.secrets.immich-api-key.path;
  };
}
