{ ... }:
{
  systemd.services."sync@".serviceConfig = {
    ConditionPathExists = "/srv"; # wrong: unit-settings
    Environment = [
      "CURL_ARGS=-u me:hunter2 -v" # wrong: unit-settings
    ];
  };
}
