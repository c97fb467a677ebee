{ ... }:
{
  age.secrets."api.key".file = ./api.age;
  home-manager.users.sam = { osConfig, config, ... }: {
    age.secrets.own.file = ./own.age;
    home.sessionVariables = {
      API = osConfig.age.secrets."api.key".path;
      OWN = config.age.secrets.own.path;
      OTHER = osConfig.age.secrets.other.path or "/dev/null";
    };
  };
}
